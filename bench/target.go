package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/server/admin"
)

// patience is how long a server may take for anything.
const patience = time.Minute

// target is a running program.
type target struct {
	process *driver.Process
	addr    string
	admin   string // URL, if it has one
	pids    []int
}

// start starts a program, and returns when it has answered a request with a 404: it then has whatever
// it needs for its first answer.
func start(ctx context.Context, p program, s settings, stdout *os.File) (*target, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	s.port = port
	command := p.command(s)
	command.Stdout = stdout
	process, err := driver.Start(ctx, command)
	if err != nil {
		return nil, err
	}
	t := &target{process: process, addr: "127.0.0.1:" + strconv.Itoa(port), pids: []int{process.Pid()}}
	if _, err := t.awaitAnswer(ctx, "/nothing"); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w: %s", p.name, err, t.log()), t.stop())
	}
	return t, nil
}

// startWorkers starts target-server with an admin address, and returns when every worker is up.
func startWorkers(ctx context.Context, p program, s settings, workers int) (*target, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	addr := "127.0.0.1:" + strconv.Itoa(port)
	s.more = append([]string{"--admin-addr=" + addr, "--workers=" + strconv.Itoa(workers)}, s.more...)
	t, err := start(ctx, p, s, nil)
	if err != nil {
		return nil, err
	}
	t.admin = "http://" + addr
	err = t.until(ctx, "all workers are up", func(all []admin.Statistics) bool { return len(all) == workers })
	if err == nil {
		err = t.findWorkers(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, t.stop())
	}
	return t, nil
}

// findWorkers adds the workers to the measured processes.
func (t *target) findWorkers(ctx context.Context) error {
	all, err := t.statistics(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Worker != t.process.Pid() { // a single worker has no parent
			t.pids = append(t.pids, s.Worker)
		}
	}
	return nil
}

func (t *target) stop() error { return t.process.Kill() }

// log is the program's output.
func (t *target) log() string {
	var text strings.Builder
	for _, line := range t.process.Lines() {
		text.WriteString(line.Text + "\n")
	}
	return text.String()
}

// awaitAnswer sends requests until there is an answer, and returns the time of its first byte.
func (t *target) awaitAnswer(ctx context.Context, path string) (time.Time, error) {
	request := "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
	one := make([]byte, 1)
	for end := time.Now().Add(patience); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(200 * time.Microsecond) {
		conn, err := net.Dial("tcp", t.addr)
		if err != nil {
			if _, over := t.process.AwaitExit(0); over {
				return time.Time{}, errors.New("it has ended")
			}
			continue
		}
		_, err = conn.Write([]byte(request))
		if err == nil {
			_, err = conn.Read(one)
		}
		answered := time.Now()
		_ = conn.Close()
		if err == nil {
			return answered, nil
		}
	}
	return time.Time{}, errors.Join(errors.New("it does not answer"), ctx.Err())
}

// statistics are the workers' statistics.
func (t *target) statistics(ctx context.Context) ([]admin.Statistics, error) {
	return t.ask(ctx, http.MethodGet, "/stats")
}

// setLimit changes how many requests each worker runs at once.
func (t *target) setLimit(ctx context.Context, n int) error {
	_, err := t.ask(ctx, http.MethodPut, "/limit?value="+strconv.Itoa(n))
	return err
}

func (t *target) ask(ctx context.Context, method, path string) ([]admin.Statistics, error) {
	request, err := http.NewRequestWithContext(ctx, method, t.admin+path, nil)
	if err != nil {
		return nil, fmt.Errorf("admin address: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("admin address: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("admin address: %s", answer.Status)
	}
	var all []admin.Statistics
	if err := json.NewDecoder(answer.Body).Decode(&all); err != nil {
		return nil, fmt.Errorf("admin address: %w", err)
	}
	return all, nil
}

// until waits for a condition on the workers' statistics.
func (t *target) until(ctx context.Context, what string, holds func([]admin.Statistics) bool) error {
	var last error
	for end := time.Now().Add(patience); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		all, err := t.statistics(ctx)
		if last = err; err == nil && holds(all) {
			return nil
		}
	}
	return errors.Join(fmt.Errorf("timed out waiting until %s", what), last, ctx.Err())
}

// held is the number of requests held by all workers.
func held(all []admin.Statistics) int {
	n := 0
	for _, s := range all {
		n += int(s.Held)
	}
	return n
}

// freePort returns a port that was free a moment ago.
func freePort(ctx context.Context) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
