package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// startup is how long a server may take to start.
const startup = 30 * time.Second

// The phases of the scene.
const (
	calm     = 8 * time.Second
	overload = 8 * time.Second
	recovery = 20 * time.Second
)

// When things happen to the workers of the first server: one is stopped for a while, and one is killed.
const (
	stopped   = calm + overload + 3*time.Second
	continued = stopped + 9*time.Second
	killed    = continued + 2*time.Second
)

// server is a target-server of the scene.
type server struct {
	name     string
	flags    []string
	path     string
	rate     int           // of arrivals per second in the calm phase and the recovery; four times as many in the overload
	patience time.Duration // of its clients
	text     bool          // Prometheus scrapes it as text and not as OpenMetrics

	*driver.Process
	addr, admin string
	scraped     string // address, by Prometheus
}

// program has a pool that is smaller than the number of threads.
const program = `pools:
  db: {size: 2, overflow: 0, timeout: 500ms}
routes:
  GET /items/{id}:
    parameters: {id: int}
    def: [{query: 50ms}]
  GET /health: {async: []}
`

// cast are the servers: two workers with a bounded queue, a program that waits for its pool, and a blocked loop.
func cast(dir string) []*server {
	file := filepath.Join(dir, "program.yaml")
	return []*server{
		{
			name: "two workers", path: "/?id=%d", rate: 40, patience: time.Second,
			flags: []string{"--workers=2", "--limit=4", "--queue=16", "--sleep=100ms", "--respawn"},
		},
		{
			name: "a program with a pool", path: "/items/%d", rate: 20, patience: time.Second,
			flags: []string{"--program=" + file, "--limit-concurrency=40"},
		},
		{
			name: "a blocked loop", path: "/?id=%d", rate: 20, patience: 2 * time.Second, text: true,
			flags: []string{"--mode=async-misuse", "--sleep=20ms", "--backlog=8"},
		},
	}
}

// start starts a server, and returns when it accepts connections.
func (s *server) start(ctx context.Context, binary, dir string) error {
	ready := filepath.Join(dir, strings.ReplaceAll(s.name, " ", "-"))
	args := append([]string{binary, "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--log-format=off", "--ready-file=" + ready}, s.flags...)
	process, err := driver.Start(ctx, driver.Command{Args: args})
	if err != nil {
		return err
	}
	s.Process = process
	var told struct {
		Addresses []string `json:"addresses"`
		AdminURL  string   `json:"admin_url"`
	}
	for end := time.Now().Add(startup); ; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(ready)
		if err == nil && json.Unmarshal(text, &told) == nil && len(told.Addresses) > 0 {
			s.addr, s.admin = told.Addresses[0], strings.TrimPrefix(told.AdminURL, "http://")
			return nil
		}
		if _, ended := process.AwaitExit(0); ended || time.Now().After(end) {
			return fmt.Errorf("%s did not become ready", s.name)
		}
	}
}

// load sends the server's clients, each on a connection of its own, whether or not earlier ones have been answered. It
// returns when all have ended.
func (s *server) load(ctx context.Context) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	begin, n := time.Now(), 0
	var all sync.WaitGroup
	for at := time.Duration(0); at < calm+overload+recovery && ctx.Err() == nil; {
		rate := s.rate
		if at >= calm && at < calm+overload {
			rate *= 4
		}
		select {
		case <-time.After(time.Until(begin.Add(at))):
		case <-ctx.Done():
		}
		path := fmt.Sprintf(s.path, n)
		if n%20 == 19 {
			path = "/nowhere" // the framework answers it
		}
		all.Go(func() { visit(ctx, client, "http://"+s.addr+path, s.patience) })
		at += time.Second / time.Duration(rate)
		n++
	}
	all.Wait()
}

// visit is one client. What it gets does not matter here.
func visit(ctx context.Context, client *http.Client, url string, patience time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return
	}
	answer, err := client.Do(request)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
}

// disturb stops a worker for a while, and kills the other.
func (s *server) disturb(ctx context.Context) error {
	begin := time.Now()
	pids, err := s.workers(ctx)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		at     time.Duration
		worker int
		signal syscall.Signal
	}{{stopped, 1, syscall.SIGSTOP}, {continued, 1, syscall.SIGCONT}, {killed, 0, syscall.SIGKILL}} {
		select {
		case <-time.After(time.Until(begin.Add(step.at))):
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := syscall.Kill(pids[step.worker], step.signal); err != nil {
			return fmt.Errorf("%v to worker %d: %w", step.signal, step.worker+1, err)
		}
	}
	return nil
}

// workers are the process ids of the server's workers, by number.
func (s *server) workers(ctx context.Context) ([]int, error) {
	text, _, err := get(ctx, "http://"+s.admin+"/stats", "")
	if err != nil {
		return nil, err
	}
	var all []struct{ Worker, Number int }
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("statistics: %w", err)
	}
	pids := make([]int, len(all))
	for _, w := range all {
		if w.Number < 1 || w.Number > len(all) {
			return nil, errors.New("statistics: the workers are not numbered from 1")
		}
		pids[w.Number-1] = w.Worker
	}
	return pids, nil
}

// get asks for a page, and returns it with its type.
func get(ctx context.Context, url, accept string) (text, kind string, err error) {
	ctx, cancel := context.WithTimeout(ctx, startup)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", "", fmt.Errorf("get %s: %w", url, err)
	}
	request.Header.Set("Accept", accept)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", "", fmt.Errorf("get %s: %w", url, err)
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	return string(all), answer.Header.Get("Content-Type"), err
}
