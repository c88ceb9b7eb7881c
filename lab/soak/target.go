package soak

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
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/internal/environment"
)

// Target is one running target-server with its workers.
type Target struct {
	cmd     *exec.Cmd
	ended   chan struct{}
	Addr    string
	admin   string
	scratch string
	said    *os.File
}

// patience is how long a server may take to start, to become idle and to end. It is long because speed
// on a busy machine is not tested here.
const patience = 3 * time.Minute

// Start starts the binary with these flags, and waits until every worker accepts.
func Start(ctx context.Context, binary string, flags ...string) (*Target, error) {
	scratch, err := os.MkdirTemp("", "soak")
	if err != nil {
		return nil, fmt.Errorf("start a server: %w", err)
	}
	t := &Target{ended: make(chan struct{}), scratch: scratch}
	file := filepath.Join(scratch, "ready.json")
	t.cmd = exec.CommandContext(ctx, binary, append(flags, "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--ready-file="+file)...)
	t.cmd.Env = environment.Clean(os.Environ())
	if t.said, err = os.Create(filepath.Join(scratch, "stderr")); err == nil {
		t.cmd.Stderr = t.said
		err = t.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start a server: %w", err), os.RemoveAll(scratch))
	}
	go func() {
		_ = t.cmd.Wait() // the exit status is checked when it has ended
		close(t.ended)
	}()
	if err := t.ready(ctx, file); err != nil {
		return nil, errors.Join(err, t.Stop())
	}
	return t, nil
}

// ready waits for the ready file, which has the addresses.
func (t *Target) ready(ctx context.Context, file string) error {
	var told struct {
		Addresses []string `json:"addresses"`
		AdminURL  string   `json:"admin_url"`
	}
	err := t.until(ctx, "the server is ready", func() bool {
		text, err := os.ReadFile(file)
		return err == nil && json.Unmarshal(text, &told) == nil && len(told.Addresses) > 0
	})
	if err == nil {
		t.Addr, t.admin = told.Addresses[0], told.AdminURL
	}
	return err
}

// until waits for a condition.
func (t *Target) until(ctx context.Context, what string, holds func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for !holds() {
		select {
		case <-t.ended:
			return fmt.Errorf("wait until %s: the server has ended: %s\n%s", what, t.cmd.ProcessState, t.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w", what, ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// lastWords is the end of what the server has written to standard error.
func (t *Target) lastWords() []byte {
	const most = 4096
	end, err := t.said.Seek(0, io.SeekEnd)
	if err != nil {
		return nil
	}
	words := make([]byte, min(end, most))
	n, _ := t.said.ReadAt(words, end-int64(len(words)))
	return words[:n]
}

// Stop ends the server and all its processes.
func (t *Target) Stop() error {
	_ = t.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-t.ended:
	case <-time.After(patience):
		_ = t.cmd.Process.Kill() // the workers end with their parent
		<-t.ended
	}
	return errors.Join(t.said.Close(), os.RemoveAll(t.scratch))
}

// Worker is a worker's statistics.
type Worker struct {
	PID        int    `json:"worker"`
	Borrowed   int64  `json:"borrowed"`
	Waiting    int64  `json:"waiting"`
	Accepted   int64  `json:"accepted"`
	Held       int64  `json:"held"`
	Answered   int64  `json:"answered"`
	Refused    int64  `json:"refused"`
	Cancelled  int64  `json:"cancelled"`
	Left       int64  `json:"left"`
	Goroutines int    `json:"goroutines"`
	Error      string `json:"error"`
}

// Workers requests the statistics of every worker.
func (t *Target) Workers(ctx context.Context) ([]Worker, error) {
	var all []Worker
	err := t.ask(ctx, http.MethodGet, "/stats", &all)
	for _, w := range all {
		if w.Error != "" {
			err = errors.Join(err, fmt.Errorf("worker %d: %s", w.PID, w.Error))
		}
	}
	return all, err
}

// SetLimit changes the number of threads of every worker.
func (t *Target) SetLimit(ctx context.Context, n int) error {
	return t.ask(ctx, http.MethodPut, fmt.Sprintf("/limit?value=%d", n), nil)
}

func (t *Target) ask(ctx context.Context, method, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, t.admin+path, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", path, err)
	}
	request.Close = true // a connection that stays would count as a descriptor
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask %s: %w", path, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return fmt.Errorf("ask %s: %w", path, err)
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("ask %s: %s: %s", path, answer.Status, text)
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("ask %s: %q: %w", path, text, err)
	}
	return nil
}

// Memory is the resident memory of the server's processes, in bytes.
func (t *Target) Memory() (int, error) {
	var s Sample
	pids := []int{t.cmd.Process.Pid}
	for i := 0; i < len(pids); i++ { // the slice grows while it is read
		if err := s.add(pids[i]); err != nil && i == 0 {
			return 0, err
		}
		tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pids[i]))
		if err != nil {
			return 0, fmt.Errorf("processes of the server: %w", err)
		}
		for _, task := range tasks {
			text, err := os.ReadFile(task)
			if err != nil {
				continue // it has ended meanwhile
			}
			for word := range strings.FieldsSeq(string(text)) {
				if pid, err := strconv.Atoi(word); err == nil {
					pids = append(pids, pid)
				}
			}
		}
	}
	return s.Memory, nil
}
