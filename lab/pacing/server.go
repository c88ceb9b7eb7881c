package pacing

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// running is a server that answers.
type running struct {
	process *driver.Process
	log     *os.File // its standard output: a server whose every line wakes this process cannot be timed
	addr    string
}

// start starts a server, and returns once it has answered.
func start(ctx context.Context, subject servers.Subject, cfg servers.Config) (*running, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("a free port: %w", err)
	}
	addr := listener.Addr().String()
	_ = listener.Close()
	_, text, _ := net.SplitHostPort(addr)
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("a free port: %w", err)
	}
	log, err := os.CreateTemp("", "pacing")
	if err != nil {
		return nil, fmt.Errorf("a log: %w", err)
	}
	_ = os.Remove(log.Name()) // the file itself lasts as long as it is open
	command := subject.Command(cfg, port)
	command.Stdout = log
	process, err := driver.Start(ctx, command)
	if err != nil {
		return nil, err
	}
	r := &running{process: process, log: log, addr: addr}
	c := client{load: load{addr: addr, closes: true}}
	if cfg.Program != "" {
		c.path = "/warm"
	}
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		_, err := c.ask()
		c.leave()
		if err == nil {
			return r, nil
		}
		if time.Now().After(end) || ctx.Err() != nil {
			r.stop()
			return nil, fmt.Errorf("%s of %s at %s: %w", subject.Name(), cfg.Name(), cfg.Vintage, err)
		}
	}
}

// stop kills the server.
func (r *running) stop() {
	_ = r.process.Kill()
	_ = r.log.Close()
}
