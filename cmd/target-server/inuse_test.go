//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/stacks"
)

// Between a parent's bind and its worker's start, another server has begun to listen. On uvloop the
// worker comes up, receives no connections and logs nothing about it; on asyncio it fails.
func TestWorkerOfAnAddressThatIsInUse(t *testing.T) {
	const up = "INFO:     Started server process [PID]\nINFO:     Waiting for application startup.\nINFO:     Application startup complete.\n"
	for _, c := range []struct {
		loop, stderr string
		code         int
	}{
		{"uvloop", up + "INFO:     Shutting down\nINFO:     Waiting for application shutdown.\n" +
			"INFO:     Application shutdown complete.\nINFO:     Finished server process [PID]\n", 0},
		{"asyncio", up + "ERROR:    Traceback (most recent call last):\nOSError: [Errno 98] Address already in use\n\n" +
			"During handling of the above exception, another exception occurred:\n\n" +
			"Traceback (most recent call last):\nasyncio.exceptions.CancelledError\n\n" +
			"Process SpawnProcess-1:\nTraceback (most recent call last):\nOSError: [Errno 98] Address already in use\n", 1},
	} {
		t.Run(c.loop, func(t *testing.T) {
			w, stderr := lateWorker(t, "--loop="+c.loop)
			if c.loop == "uvloop" { // it runs until it is told to stop
				select {
				case <-w.Exited():
					t.Error("it ends by itself")
				case <-w.Ready():
					t.Error("it is ready")
				case <-time.After(300 * time.Millisecond):
				}
				_ = w.Signal(syscall.SIGTERM)
			}
			text, err := io.ReadAll(stderr)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(string(text), fmt.Sprint("[", w.PID(), "]"), "[PID]")
			if <-w.Exited(); got != c.stderr || w.ExitCode() != c.code {
				t.Errorf("exit code %d, stderr:\n%s\nwant %d:\n%s", w.ExitCode(), got, c.code, c.stderr)
			}
		})
	}
}

// lateWorker starts a worker on whose address another server already listens.
func lateWorker(t *testing.T, args ...string) (supervisor.Process, io.Reader) {
	t.Helper()
	t.Setenv(asProgram, "1")
	cfg, err := config.Load(config.Sources{Args: args, LookupEnv: func(string) (string, bool) { return "", false }, Now: time.Now, Stacks: stacks.Defaults()})
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	socket, err := listen.Bind(t.Context(), "127.0.0.1", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	addr, err := listen.Addr(int(socket.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	first, err := listen.Bind(t.Context(), "127.0.0.1", addr.Port())
	if err == nil {
		err = listen.Listen(int(first.Fd()), 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { first.Close() })
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { read.Close() })
	ours := os.Stderr
	os.Stderr = write // is the worker's
	w, err := supervisor.Reexec(socket, document)(supervisor.Place{Number: 1})
	os.Stderr = ours
	write.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Signal(os.Kill) })
	return w, read
}
