//go:build linux

package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/tracetext"
	"github.com/target-server/target-server/trace"
)

// lines are what a trace for Perfetto has up to now.
func (p *process) lines(path string) []string {
	p.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	lines, err := tracetext.Lines(text)
	if err != nil {
		p.t.Fatalf("%v in %q", err, text)
	}
	return lines
}

// withAll is how many of the lines have each of the texts.
func withAll(lines []string, texts ...string) (n int) {
	for _, line := range lines {
		has := true
		for _, text := range texts {
			has = has && strings.Contains(line, text)
		}
		if has {
			n++
		}
	}
	return n
}

// After SIGKILL, of a parent and its workers too, the trace shows what ran and what waited.
func TestTraceSurvivesSIGKILL(t *testing.T) {
	t.Parallel()
	for _, workers := range []string{"1", "2"} {
		path := filepath.Join(t.TempDir(), "run.pftrace")
		p := start(t, "--trace="+path, "--limit=1", "--workers="+workers, "--sleep=1h")
		for i := range 8 {
			go func() { _, _ = p.get(t.Context(), fmt.Sprint("/?id=", i)) }()
		}
		p.until("all requests are in the trace", func() bool { return withAll(p.lines(path), "requests", ": begin GET") == 8 })
		p.kill()
		lines := p.lines(path)
		running := withAll(lines, "worker thread", ": begin handler")
		waiting := withAll(lines, "waiting for a thread", ": begin ") - withAll(lines, "waiting for a thread", ": end")
		if running+waiting != 8 || running < 1 || fmt.Sprint(running) > workers || withAll(lines, "requests", ": end") > 0 {
			t.Errorf("%s workers: %d run and %d wait:\n%s", workers, running, waiting, strings.Join(lines, "\n"))
		}
	}
}

// Workers share a file, and one that replaces another goes on in it. CSV has its header once.
func TestTraceOfReplacedWorkers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.csv")
	if err := os.WriteFile(path, []byte("an earlier trace"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "--trace="+path, "--workers=2", "--respawn", "--sleep=0s", "--log-format=off")
	read := func() (rows [][]string, workers map[string]bool) {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		rows, err = csv.NewReader(file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		workers = map[string]bool{}
		for _, row := range rows[1:] {
			workers[row[7]] = true
		}
		return rows, workers
	}
	ask := func(n int, done func() bool) {
		for i := range n {
			if text, err := p.get(t.Context(), fmt.Sprint("/?id=", i)); err != nil || text != `200 "hello"` {
				t.Fatalf("%s, %v", text, err)
			}
			if i%10 == 9 && done() {
				return
			}
		}
	}
	both := func(n int) func() bool { return func() bool { _, workers := read(); return len(workers) >= n } }
	ask(1000, both(2))
	for _, pid := range p.pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	ask(1000, both(3))
	rows, _ := read()
	if got, want := strings.Join(rows[0], ",")+"\n", string(trace.CSV.Header()); got != want {
		t.Errorf("the first row is %s", got)
	}
	for _, row := range rows[1:] {
		if row[0] != "info" || row[16] != "GET" {
			t.Errorf("not a row of a request: %q", row)
		}
	}
}

// A trace that has reached its size, or whose disk is full, is said to be so once by each process at most, and the server
// serves on.
func TestTraceIsFull(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args   []string
		folder func(t *testing.T) string
		said   string
	}{
		"at its size": {
			[]string{"--trace-size=64KiB", "--workers=2"},
			func(t *testing.T) string { return t.TempDir() },
			": the trace has reached its size, 65536 bytes: nothing more is written\n",
		},
		"disk full": {nil, smallDisk, ": no space left on device: nothing more is written\n"},
	} {
		for _, ending := range config.TraceEndings() {
			t.Run(name+ending, func(t *testing.T) {
				path := filepath.Join(c.folder(t), "run"+ending)
				p := start(t, append(c.args, "--trace="+path, "--sleep=0s", "--log-format=off", "--keep-alive=1m")...)
				l := p.load(4)
				p.until("it is said", func() bool { return strings.Contains(p.stderr.String(), c.said) })
				l.end()
				if text, err := p.get(t.Context(), "/?id=1"); err != nil || text != `200 "hello"` {
					t.Errorf("%s, %v", text, err)
				}
				if want := "target-server: --trace " + path + c.said; p.stderr.String() != want {
					t.Errorf("stderr has %q, want %q", p.stderr, want)
				}
				text, err := os.ReadFile(path)
				if err != nil || len(text) > 64<<10 || len(text) < 50<<10 {
					t.Errorf("%d bytes, %v", len(text), err)
				}
				if ending == ".pftrace" {
					p.lines(path)
				} else if text[len(text)-1] != '\n' {
					t.Errorf("the last line is cut off: %q", text[len(text)-100:])
				}
			})
		}
	}
}

// smallDisk mounts a file system of 64 KiB.
func smallDisk(t *testing.T) string {
	dir := t.TempDir()
	if text, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no small file system to be had: %v: %s", err, text)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "--lazy", dir).Run() })
	return dir
}

// A path that cannot be written is refused before anything is served, in one line.
func TestTraceCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo.csv")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "no", "run.csv"): "no such file or directory",
		fifo:                                "exists and is not a regular file; choose another path",
	} {
		for _, workers := range []string{"1", "2"} {
			p := command(t, "--trace="+path, "--workers="+workers, "--addr=127.0.0.1:0")
			err := p.cmd.Run()
			if got := p.stderr.String(); err == nil || err.Error() != "exit status 1" || got != fmt.Sprintf("target-server: --trace %s: %s\n", path, want) {
				t.Errorf("%s, %s workers: %v, %q", path, workers, err, got)
			}
		}
	}
}

// A second server that finds its address in use leaves the first one's trace alone.
func TestTraceOfTheServerInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.ndjson")
	p := start(t, "--trace="+path, "--sleep=0s")
	if _, err := p.get(t.Context(), "/?id=1"); err != nil {
		t.Fatal(err)
	}
	rows := func() int { text, _ := os.ReadFile(path); return strings.Count(string(text), "\n") }
	p.until("it is written", func() bool { return rows() == 1 })
	var group sync.WaitGroup
	for _, workers := range []string{"1", "2"} {
		group.Go(func() {
			if err := command(t, "--trace="+path, "--addr="+p.addr, "--workers="+workers).cmd.Run(); err == nil {
				t.Error("the second server has the address, too")
			}
		})
	}
	group.Wait()
	if got := rows(); got != 1 {
		t.Errorf("%d rows are left", got)
	}
}
