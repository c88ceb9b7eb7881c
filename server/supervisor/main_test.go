//go:build linux

package supervisor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
)

// parentArgument makes the test binary a parent process; [WorkerArgument] makes it a worker.
const parentArgument = "parent"

// played is the configuration of a parent process in these tests, and of its workers.
type played struct {
	Policy  supervisor.Policy
	Workers int
	Fail    int // the workers exit with this code at once
}

func TestMain(m *testing.M) {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	switch role {
	case parentArgument:
		os.Exit(parentMain(os.Args[2]))
	case supervisor.WorkerArgument:
		os.Exit(workerMain())
	case reaperArgument:
		os.Exit(reaperMain(os.Args[2] == "with"))
	default:
		os.Exit(m.Run())
	}
}

// parentMain prints a line with the address and the process ids whenever all workers are ready.
func parentMain(config string) int {
	time.AfterFunc(2*time.Minute, func() { os.Exit(99) })         // no process outlives a failed test for long
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) // some tests kill processes by signals that dump core
	var p played
	if err := json.Unmarshal([]byte(config), &p); err != nil {
		return fail(err)
	}
	signals, stop := supervisor.Notify(p.Policy)
	defer stop()
	ctx := context.Background()
	sock, err := listen.Bind(ctx, "127.0.0.1", 0)
	if err != nil {
		return fail(err)
	}
	addr, err := listen.Addr(int(sock.Fd()))
	if err != nil {
		return fail(err)
	}
	parent, err := supervisor.New(supervisor.Options{
		Workers: p.Workers, Policy: p.Policy, Spawn: supervisor.Reexec(sock, []byte(config)), Logger: stderr{}, Signals: signals,
		OnReady: func(pids []int) {
			line, _ := json.Marshal(announcement{Addr: addr.String(), PIDs: pids})
			fmt.Println(string(line))
		},
	})
	if err != nil {
		return fail(err)
	}
	code, err := parent.Run(ctx)
	if err != nil {
		return fail(err)
	}
	return code
}

// announcement is a line that parentMain prints.
type announcement struct {
	Addr string
	PIDs []int
}

// workerMain sends its process id on every connection, until SIGTERM or SIGINT.
func workerMain() int {
	time.AfterFunc(2*time.Minute, func() { os.Exit(99) })
	supervisor.DefaultActions()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	child, err := supervisor.Inherit()
	if err != nil {
		return fail(err)
	}
	var p played
	if err := json.Unmarshal(child.Config(), &p); err != nil {
		return fail(err)
	}
	if p.Fail != 0 {
		return p.Fail
	}
	child.Handle(func(request string, _ json.RawMessage) (any, error) {
		if request != "stats" {
			return nil, errors.New("no such request")
		}
		return map[string]int{"pid": os.Getpid(), "serial": child.Serial()}, nil
	})
	if err := listen.Listen(child.Listener(), 128); err != nil {
		return fail(err)
	}
	listener, err := net.FileListener(os.NewFile(uintptr(child.Listener()), "listener"))
	if err != nil {
		return fail(err)
	}
	if err := child.Ready(map[string]int{"pid": os.Getpid()}); err != nil {
		return fail(err)
	}
	go serve(listener)
	select {
	case <-stop:
		return 0
	case <-child.ParentKilled():
		return 97
	}
}

func serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		fmt.Fprintln(conn, os.Getpid())
		conn.Close()
	}
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 98
}

// stderr logs as target-server does.
type stderr struct{}

func (stderr) Info(format string, args ...any)     { fmt.Fprintf(os.Stderr, format+"\n", args...) }
func (stderr) Warning(format string, args ...any)  { fmt.Fprintf(os.Stderr, format+"\n", args...) }
func (stderr) Error(format string, args ...any)    { fmt.Fprintf(os.Stderr, format+"\n", args...) }
func (stderr) Critical(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
