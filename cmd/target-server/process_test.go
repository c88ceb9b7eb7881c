//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/environment"
	"github.com/target-server/target-server/internal/eventually"
)

// asProgram in the environment makes the test binary the program itself, for tests of real processes,
// with signals, an exit status and children.
const asProgram = "TARGET_SERVER_TEST_AS_PROGRAM"

// atATime is how many tests run in parallel by default: parallel tests mostly wait. The others need
// many descriptors or a core, bind a port a second time, or measure.
const atATime = "8"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		_ = flag.Set("test.parallel", atATime) // a number
	}
	os.Exit(m.Run())
}

// process is a running target-server.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	addr   string
	admin  string
	pids   []int
	ready  string // the path of its ready file
	stderr *output
	stdout *output
	asker  *http.Client // for its admin address, with kept-alive connections
}

// output is a stream that can be read while the process writes to it.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start runs the program on a free port and waits until every worker accepts.
func start(t testing.TB, args ...string) *process {
	t.Helper()
	p := command(t, append(args, "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0")...)
	p.launch()
	return p
}

// launch starts the program and waits until every worker accepts.
func (p *process) launch() {
	p.t.Helper()
	p.ready = filepath.Join(p.t.TempDir(), "ready.json")
	p.cmd.Args = append(p.cmd.Args, "--ready-file="+p.ready)
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(p.kill)
	var ready struct {
		Addresses []string
		PIDs      []int
		AdminURL  string `json:"admin_url"`
	}
	p.until("it is ready", func() bool {
		text, err := os.ReadFile(p.ready)
		return err == nil && json.Unmarshal(text, &ready) == nil
	})
	p.addr, p.admin, p.pids = ready.Addresses[0], ready.AdminURL, ready.PIDs
}

func command(t testing.TB, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, stdout: &output{}, stderr: &output{}, asker: &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(p.asker.CloseIdleConnections)
	p.cmd = exec.Command(self, args...)
	p.cmd.Env = append(environment.Clean(os.Environ()), asProgram+"=1")
	p.cmd.Stdout, p.cmd.Stderr = p.stdout, p.stderr
	p.cmd.WaitDelay = time.Second // orphans hold the streams open
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return p
}

// kill ends whatever is left of the program, orphans included.
func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	_ = p.cmd.Wait()
}

// until waits for a condition.
func (p *process) until(what string, holds func() bool) {
	p.t.Helper()
	eventually.True(p.t, what, holds, func() string { return fmt.Sprintf("stdout:\n%s\nstderr:\n%s", p.stdout, p.stderr) })
}

// get sends a request on a connection of its own.
func (p *process) get(ctx context.Context, path string) (string, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+path, nil)
	if err != nil {
		return "", err
	}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return fmt.Sprint(answer.StatusCode, " ", string(body)), err
}

func (p *process) signal(sig syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
}

// end waits until the program has ended, and returns how.
func (p *process) end() string {
	p.t.Helper()
	err := p.cmd.Wait()
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) && p.cmd.ProcessState == nil {
		p.t.Fatal(err)
	}
	return p.cmd.ProcessState.String()
}

func TestSigtermLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ vintage, ended string }{
		{"2023-03", "exit status 0"},
		{"current", "signal: terminated"},
	} {
		t.Run(c.vintage, func(t *testing.T) {
			p := start(t, "--vintage="+c.vintage, "--sleep=2s") // long enough for the signal to arrive meanwhile
			answer := make(chan string, 1)
			go func() {
				text, err := p.get(t.Context(), "/?id=1")
				answer <- fmt.Sprint(text, err)
			}()
			p.until("the request is running", func() bool { return strings.Contains(p.stdout.String(), "processing") })
			p.signal(syscall.SIGTERM)
			if got, want := <-answer, `200 "hello"<nil>`; got != want {
				t.Errorf("answer: got %s, want %s", got, want)
			}
			if got := p.end(); got != c.ended {
				t.Errorf("end: got %s, want %s", got, c.ended)
			}
			if want := "Waiting for connections to close. (CTRL+C to force quit)\n"; !strings.Contains(p.stderr.String(), want) {
				t.Errorf("stderr lacks %q:\n%s", want, p.stderr)
			}
		})
	}
}

func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, c := range []struct{ args, status, line string }{
		{"--vintage=2023-03", "exit status 1", "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', "},
		{"--vintage=current", "exit status 3", "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', "},
		{"--vintage=2023-03 --workers=2", "exit status 1", "ERROR:    [Errno 98] Address already in use\n"},
		{"--vintage=current --workers=2", "exit status 3", "ERROR:    [Errno 98] Address already in use\n"},
	} {
		p := command(t, append(strings.Fields(c.args), "--addr="+l.Addr().String())...)
		_ = p.cmd.Run()
		if got := p.cmd.ProcessState.String(); got != c.status {
			t.Errorf("%s: got %s, want %s", c.args, got, c.status)
		}
		if !strings.Contains(p.stderr.String(), c.line) {
			t.Errorf("%s: stderr lacks %q:\n%s", c.args, c.line, p.stderr)
		}
	}
}

// With all its workers dead the parent of 2023-03 still holds the socket:
// clients connect and hang. --respawn replaces the workers.
func TestKilledWorkers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args     string
		answered bool
	}{
		{"--vintage=2023-03", false},
		{"--vintage=2023-03 --respawn", true},
		{"--vintage=current", true},
	} {
		t.Run(c.args, func(t *testing.T) {
			p := start(t, append(strings.Fields(c.args), "--workers=2", "--sleep=0s")...)
			for _, pid := range p.pids {
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
			}
			if c.answered {
				p.until("a new worker answers", func() bool {
					text, err := p.get(t.Context(), "/?id=1")
					return err == nil && text == `200 "hello"`
				})
				return
			}
			conn, err := net.Dial("tcp", p.addr)
			if err != nil {
				t.Fatalf("connect: %v; the parent should still hold the socket", err)
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n")
			_ = conn.SetReadDeadline(time.Now().Add(time.Second))
			if n, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("got %d bytes, %v; want silence", n, err)
			}
		})
	}
}

// The limit is changed by one goroutine while the loop hands over tokens in another; the race detector
// finds nothing, and no request is left waiting.
func TestLimitChangesUnderLoad(t *testing.T) {
	p := start(t, "--limit=2", "--sleep=2ms", "--log-format=off")
	var clients sync.WaitGroup
	for range 20 {
		clients.Go(func() {
			for range 25 {
				if text, err := p.get(t.Context(), "/?id=1"); err != nil || text != `200 "hello"` {
					t.Errorf("got %q, %v", text, err)
					return
				}
			}
		})
	}
	for i := range 200 {
		p.setLimit(1 + i%7)
	}
	clients.Wait()
}

// setLimit changes the limit through the admin address.
func (p *process) setLimit(n int) {
	p.t.Helper()
	if text, want := p.command(http.MethodPut, fmt.Sprintf("/limit?value=%d", n)), fmt.Sprintf(`"limit":%d`, n); !strings.Contains(text, want) {
		p.t.Fatalf("PUT /limit: got %s, want %s", text, want)
	}
}

// command sends a command to the admin address, and returns its answer.
func (p *process) command(method, path string) string {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.admin+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := p.asker.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK {
		p.t.Fatalf("%s %s: got %s %s", method, path, answer.Status, text)
	}
	return string(text)
}

// A worker that replaces a dead one has the limit that was set, not the one
// that it was started with.
func TestNewWorkersHaveTheLimitThatWasSet(t *testing.T) {
	t.Parallel()
	p := start(t, "--vintage=current", "--workers=2", "--limit=3", "--log-format=off")
	p.setLimit(7)
	if err := syscall.Kill(p.pids[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	p.until("the new worker has it too", func() bool {
		text := p.stats()
		return strings.Count(text, `"limit":7`) == 2 && !strings.Contains(text, fmt.Sprint(p.pids[0]))
	})
}

// The log is no longer read: the server continues.
func TestReaderOfTheLogLeaves(t *testing.T) {
	pipe := command(t, "--addr=127.0.0.1:0", "--sleep=0s", "--admin-addr=127.0.0.1:0")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	pipe.cmd.Stdout = write
	pipe.launch()
	_ = write.Close()
	_ = read.Close()
	for range 3 {
		if text, err := pipe.get(t.Context(), "/?id=1"); err != nil || text != `200 "hello"` {
			t.Fatalf("got %q, %v", text, err)
		}
	}
	if got, want := pipe.stderr.String(), "lines of the log are lost"; strings.Count(got, want) != 1 {
		t.Errorf("stderr says %q %d times, want once:\n%s", want, strings.Count(got, want), got)
	}
}

func TestLimitChangesWhileItRuns(t *testing.T) {
	p := start(t, "--workers=2", "--limit=1", "--sleep=1h", "--log-format=off")
	for range 30 {
		go p.get(t.Context(), "/?id=1")
	}
	borrowed := func() (n int) {
		answer, err := p.asker.Get(p.admin + "/stats")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var all []struct{ Borrowed, Waiting int }
		if err := json.NewDecoder(answer.Body).Decode(&all); err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, s := range all {
			n += s.Borrowed
			total += s.Borrowed + s.Waiting
		}
		if total < 30 {
			return -1
		}
		return n
	}
	p.until("one thread a worker is in work", func() bool { n := borrowed(); return n == 1 || n == 2 })
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.admin+"/limit?value=30", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := p.asker.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	p.until("all are in work", func() bool { return borrowed() == 30 })
}

// stats is the answer to GET /stats.
func (p *process) stats() string {
	p.t.Helper()
	answer, err := p.asker.Get(p.admin + "/stats")
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}
