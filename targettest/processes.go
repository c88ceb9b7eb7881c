package targettest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// processes is a server in separate processes, which run this test binary.
type processes struct {
	command *exec.Cmd
	stdin   io.Closer
	address string
	adminAt string
	client  http.Client // of the admin address
	token   string      // for it; empty if it takes none
	gone    chan struct{}
	reports string // the folder in which each worker reports at its end

	mu     sync.Mutex
	before lastReports // when Terminate was called; nil before
}

func startProcesses(t testing.TB, set *setup, log *tail) (place, error) {
	t.Helper()
	ready, reports := filepath.Join(t.TempDir(), "ready.json"), t.TempDir()
	args := append([]string{"--workers=" + strconv.Itoa(set.processes)}, set.args...)
	args = append(args, "--addr="+anyPort, "--admin-addr="+anyPort, "--exit-with-parent", "--ready-file="+ready)
	cfg, _, err := settings(args, set.program) // so that wrong settings are reported as they are without Processes
	if err != nil {
		return nil, err
	}
	if err := writeProgram(reports, set.program); err != nil {
		return nil, err
	}
	binary, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	p := &processes{command: exec.Command(binary, args...), token: string(cfg.AdminToken), reports: reports, gone: make(chan struct{})}
	// By default the race detector delays the end of a process by a second.
	p.command.Env = append([]string{"GORACE=atexit_sleep_ms=0"}, append(os.Environ(), marker+"="+reports)...)
	p.command.Stdout, p.command.Stderr = log, log
	if p.stdin, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.command.Wait() // returns when the last process has closed the log
		close(p.gone)
	}()
	if err := p.await(ready); err != nil {
		return nil, errors.Join(fmt.Errorf("%w\n%s", err, log), p.kill())
	}
	return p, nil
}

// await waits for the ready file.
func (p *processes) await(file string) error {
	deadline := time.After(startUp)
	for {
		text, err := os.ReadFile(file)
		if err == nil {
			var ready struct {
				Addresses []string
				AdminURL  string `json:"admin_url"`
			}
			if err := json.Unmarshal(text, &ready); err != nil {
				return fmt.Errorf("ready file: %w", err)
			}
			p.address, p.adminAt = ready.Addresses[0], ready.AdminURL
			return nil
		}
		select {
		case <-p.gone:
			return errors.New("the server ended before it was ready")
		case <-deadline:
			return fmt.Errorf("the server was not ready within %v", startUp)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// startUp is how long it may take until all workers accept connections.
const startUp = 30 * time.Second

func (p *processes) url() string { return "http://" + p.address }

func (p *processes) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", p.address)
}

// ask sends a request to the admin address.
func (p *processes) ask(ctx context.Context, method, path string, answer any) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, p.adminAt+path, nil)
	if err != nil {
		return 0, err
	}
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	response, err := p.client.Do(request)
	if err != nil {
		if ctx.Err() == nil && p.isGone() {
			err = errEnded
		}
		return 0, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return 0, err
	case response.StatusCode != http.StatusOK:
		return response.StatusCode, errors.New(string(bytes.TrimSpace(text)))
	case answer == nil:
		return http.StatusOK, nil
	}
	return http.StatusOK, json.Unmarshal(text, answer)
}

// errEnded is the error of what only a running server can do.
var errEnded = errors.New("the server has ended")

// isGone reports whether all processes have ended. One that no longer listens may take a moment.
func (p *processes) isGone() bool {
	select {
	case <-p.gone:
		return true
	case <-time.After(100 * time.Millisecond):
		return false
	}
}

func (p *processes) statistics(ctx context.Context) (all []admin.Statistics, err error) {
	_, err = p.ask(ctx, http.MethodGet, "/stats", &all)
	if errors.Is(err, errEnded) {
		last, err := p.last()
		return last.statistics(), err
	}
	return all, errors.Join(err, workerErrors(all))
}

// workerErrors joins the errors of workers that have not answered.
func workerErrors(all []admin.Statistics) (err error) {
	for _, w := range all {
		if w.Error != "" {
			err = errors.Join(err, fmt.Errorf("worker %d: %s", w.Worker, w.Error))
		}
	}
	return err
}

func (p *processes) requests(ctx context.Context) (all []admin.Request, err error) {
	_, err = p.ask(ctx, http.MethodGet, "/requests", &all)
	if errors.Is(err, errEnded) {
		last, err := p.last()
		return last.requests(), err
	}
	return all, err
}

func (p *processes) do(ctx context.Context, c admin.Command) error {
	method, path := http.MethodPost, "/"+string(c.Do)
	switch {
	case c.Do == admin.Limit:
		method, path = http.MethodPut, fmt.Sprintf("/limit?value=%d", c.N)
	case c.Do == admin.Sleep:
		method, path = http.MethodPut, "/sleep?value="+url.QueryEscape(c.Sleep.String())
	case c.N > 0:
		path += fmt.Sprintf("?n=%d", c.N)
	}
	var all []admin.Statistics
	_, err := p.ask(ctx, method, path, &all)
	return errors.Join(err, workerErrors(all))
}

func (p *processes) wait(ctx context.Context, c admin.Condition) error {
	query := url.Values{"timeout": {"10s"}}
	if c.Busy != admin.Any {
		query.Set("busy", strconv.Itoa(c.Busy))
	}
	if c.Waiting != admin.Any {
		query.Set("waiting", strconv.Itoa(c.Waiting))
	}
	for name, n := range map[string]int{"zombies": c.Zombies, "answered": c.Answered, "refused": c.Refused} {
		if n > 0 {
			query.Set(name, strconv.Itoa(n))
		}
	}
	for {
		switch status, err := p.ask(ctx, http.MethodGet, "/wait?"+query.Encode(), nil); {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return p.stateAt(ctx)
		case status != http.StatusGatewayTimeout:
			return err
		}
	}
}

// stateAt returns an error with the workers' state, for when a context has ended.
func (p *processes) stateAt(ended context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ended), answerTimeout)
	defer cancel()
	all, err := p.statistics(ctx)
	return errors.Join(fmt.Errorf("%s: %w", admin.Progress(all), context.Cause(ended)), err)
}

// terminate first asks what the workers know: one that the signal kills reports nothing.
func (p *processes) terminate() error {
	p.remember()
	if err := p.command.Process.Signal(syscall.SIGTERM); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

func (p *processes) ended() <-chan struct{} { return p.gone }

// kill closes standard input, which ends all processes.
func (p *processes) kill() error {
	p.client.CloseIdleConnections()
	_ = p.stdin.Close() // it may have ended, and closed it
	select {
	case <-p.gone:
		return nil
	case <-time.After(answerTimeout):
		err := fmt.Errorf("the server did not end within %v of the end of its standard input", answerTimeout)
		return errors.Join(err, p.command.Process.Kill())
	}
}
