package attack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/target-server/target-server/internal/environment"
	"github.com/target-server/target-server/server/admin"
)

// victim is the target-server of one round, with all its processes, which form a process group.
type victim struct {
	cmd     *exec.Cmd
	ended   chan struct{}
	dir     string // for its streams and its ready file
	address string
	admin   string
	files   []*os.File
	log     gate         // shut while standard output is not read
	stopped atomic.Int32 // steps that keep the first process stopped
	asker   http.Client
}

// gate can be shut. Its zero value is open.
type gate struct{ sync.RWMutex }

func (g *gate) pass() {
	g.RLock()
	g.RUnlock() //nolint:staticcheck // only to wait until it is open
}

// startUp is how long a server may take to become ready on a busy machine.
const startUp = 30 * time.Second

// start starts the server of a round and waits until it is ready.
func start(ctx context.Context, binary string, r Round) (*victim, error) {
	v := &victim{ended: make(chan struct{})}
	v.asker = http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // a connection that stays would count as a descriptor
	var err error
	if v.dir, err = os.MkdirTemp("", "attack"); err != nil {
		return nil, fmt.Errorf("start a server: %w", err)
	}
	v.cmd = exec.Command(binary, append(slices.Clone(r.Flags), "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--ready-file="+v.path("ready.json"))...)
	v.cmd.Env = append(environment.Clean(os.Environ()), "GORACE=atexit_sleep_ms=0")
	v.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := errors.Join(v.attach(r.PipedLog), v.launch()); err != nil {
		return nil, errors.Join(fmt.Errorf("start a server: %w", err), os.RemoveAll(v.dir))
	}
	if err := v.awaitReady(ctx); err != nil {
		err = fmt.Errorf("start a server: %w\n%s", err, v.lastWords())
		return nil, errors.Join(err, v.clear())
	}
	return v, nil
}

func (v *victim) path(name string) string { return filepath.Join(v.dir, name) }

// attach opens the streams. Files are opened for appending, since several processes write to them.
func (v *victim) attach(piped bool) error {
	for _, name := range []string{"stdout", "stderr"} {
		f, err := os.OpenFile(v.path(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		v.files = append(v.files, f)
	}
	v.cmd.Stdout, v.cmd.Stderr = v.files[0], v.files[1]
	if !piped {
		return nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	v.cmd.Stdout = w
	v.files = append(v.files, w)
	go v.drain(r, v.files[0])
	return nil
}

// drain copies standard output while the gate is open.
func (v *victim) drain(from io.ReadCloser, to io.Writer) {
	defer from.Close()
	buffer := make([]byte, 1<<12)
	for {
		v.log.pass()
		n, err := from.Read(buffer)
		_, _ = to.Write(buffer[:n]) // a missing row is found later
		if err != nil {
			return
		}
	}
}

func (v *victim) launch() error {
	if v.cmd.Stdout == nil {
		return nil // attach has failed
	}
	if err := v.cmd.Start(); err != nil {
		return err
	}
	if len(v.files) > 2 {
		_ = v.files[2].Close() // so that the reader sees the end
		v.files = v.files[:2]
	}
	go func() {
		_ = v.cmd.Wait() // the exit status is checked later
		close(v.ended)
	}()
	return nil
}

func (v *victim) pid() int { return v.cmd.Process.Pid }

// awaitReady waits for the ready file.
func (v *victim) awaitReady(ctx context.Context) error {
	var told struct {
		Addresses []string `json:"addresses"`
		AdminURL  string   `json:"admin_url"`
	}
	if !v.until(ctx, startUp, func() bool {
		text, err := os.ReadFile(v.path("ready.json"))
		return err == nil && json.Unmarshal(text, &told) == nil && len(told.Addresses) > 0
	}) {
		return errors.New("it did not become ready")
	}
	v.address, v.admin = told.Addresses[0], told.AdminURL
	return nil
}

// until waits for a condition. It gives up after a time, when ctx ends, or when the server has ended.
func (v *victim) until(ctx context.Context, most time.Duration, holds func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for !holds() {
		select {
		case <-v.ended:
			return holds()
		case <-ctx.Done():
			return false
		case <-time.After(5 * time.Millisecond):
		}
	}
	return true
}

func (v *victim) hasEnded() bool {
	select {
	case <-v.ended:
		return true
	default:
		return false
	}
}

// awaitEnd waits until the first process has ended.
func (v *victim) awaitEnd(most time.Duration) bool {
	select {
	case <-v.ended:
		return true
	case <-time.After(most):
		return false
	}
}

// clear kills whatever is left and removes all files.
func (v *victim) clear() error {
	_ = syscall.Kill(-v.pid(), syscall.SIGKILL) // there may be no process left
	<-v.ended
	err := os.RemoveAll(v.dir)
	for _, f := range v.files {
		err = errors.Join(err, f.Close())
	}
	return err
}

// lastWords is the end of what the server has written to standard error.
func (v *victim) lastWords() string {
	const most = 2_000
	text, _ := os.ReadFile(v.path("stderr")) // the file may not exist yet
	return string(text[max(0, len(text)-most):])
}

// errStatus is an answer from the admin address other than 200.
var errStatus = errors.New("status")

// ask sends a request to the admin address, with a timeout, and returns how long it took.
func (v *victim) ask(ctx context.Context, question string) (text []byte, took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, 4*adminTime)
	defer cancel()
	began := time.Now()
	method, path, _ := strings.Cut(question, " ")
	request, err := http.NewRequestWithContext(ctx, method, v.admin+path, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("ask %s: %w", question, err)
	}
	response, err := v.asker.Do(request)
	if err != nil {
		return nil, time.Since(began), fmt.Errorf("ask %s: %w", question, err)
	}
	defer response.Body.Close()
	text, err = io.ReadAll(response.Body)
	switch took = time.Since(began); {
	case err != nil:
		return nil, took, fmt.Errorf("ask %s: %w", question, err)
	case response.StatusCode != http.StatusOK:
		return text, took, fmt.Errorf("ask %s: %w %s: %s", question, errStatus, response.Status, text)
	}
	return text, took, nil
}

// statistics requests the statistics of every worker.
func (v *victim) statistics(ctx context.Context) (all []admin.Statistics, took time.Duration, err error) {
	text, took, err := v.ask(ctx, "GET /stats")
	if err != nil {
		return nil, took, err
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, took, fmt.Errorf("/stats: %q: %w", text, err)
	}
	return all, took, nil
}
