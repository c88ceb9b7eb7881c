package crowd

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sync/errgroup"
)

// perProcess is the number of clients in one process. It is below the usual limit of open files,
// 20,000.
const perProcess = 15_000

// Plan is the number of clients and what they request.
type Plan struct {
	Addr  string
	Size  int
	First int           // the id of the first client; those of the others follow
	Sleep time.Duration // the sleep requested by the first client; 0 leaves it to the server
	Later time.Duration // how much longer the sleep of each next client is
	Wants string        // the body that each expects; %d stands for its id
}

// Tally counts the results of the clients.
type Tally struct {
	Answered int    // with status 200 and the right body
	Lost     int    // all others
	Why      string // the error of the first lost client
}

// Crowd is all the clients of a plan.
type Crowd struct {
	clients []*client
}

// client is one client process.
type client struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Start starts the processes; the clients do not connect yet. When ctx ends, the processes are killed.
func Start(ctx context.Context, p Plan) (*Crowd, error) {
	c := &Crowd{}
	for first := 0; first < p.Size; first += perProcess {
		part := p
		part.First, part.Size = p.First+first, min(perProcess, p.Size-first)
		part.Sleep += time.Duration(first) * p.Later
		one, err := start(ctx, part, len(c.clients))
		if err != nil {
			return nil, errors.Join(err, c.Leave())
		}
		c.clients = append(c.clients, one)
	}
	return c, nil
}

func start(ctx context.Context, p Plan, number int) (*client, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("client process: %w", err)
	}
	plan, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("client process: %w", err)
	}
	c := &client{cmd: exec.CommandContext(ctx, self, Argument, source(number), string(plan))}
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("client process: %w", err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("client process: %w", err)
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("client process: %w", err)
	}
	c.in, c.out = in, bufio.NewReader(out)
	return c, nil
}

// source is the source address of a process' clients.
func source(number int) string { return fmt.Sprintf("127.0.1.%d", number+1) }

// Ask has every client connect and send a request, and returns when all have.
func (c *Crowd) Ask(ctx context.Context) error {
	_, err := c.order(ctx, "ask")
	return err
}

// Answers has every client wait for its answer, and returns when all have it.
func (c *Crowd) Answers(ctx context.Context) (Tally, error) { return c.order(ctx, "read") }

// order sends every process the same command, and adds up the replies.
func (c *Crowd) order(ctx context.Context, word string) (Tally, error) {
	tallies := make([]Tally, len(c.clients))
	group, ctx := errgroup.WithContext(ctx)
	for i, one := range c.clients {
		group.Go(func() (err error) {
			tallies[i], err = one.order(ctx, word)
			return err
		})
	}
	err := group.Wait()
	var sum Tally
	for _, t := range tallies {
		sum.Answered += t.Answered
		sum.Lost += t.Lost
		if sum.Why == "" {
			sum.Why = t.Why
		}
	}
	return sum, err
}

// reply is a client process' reply to a command.
type reply struct {
	Tally
	Failed string
}

func (c *client) order(ctx context.Context, word string) (Tally, error) {
	stop := context.AfterFunc(ctx, func() { _ = c.cmd.Process.Kill() }) // this ends the read below
	defer stop()
	if _, err := fmt.Fprintln(c.in, word); err != nil {
		return Tally{}, fmt.Errorf("client process: %w", err)
	}
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return Tally{}, errors.Join(fmt.Errorf("client process: %w", err), ctx.Err())
	}
	var r reply
	if err := json.Unmarshal(line, &r); err != nil {
		return Tally{}, fmt.Errorf("client process: %w", err)
	}
	if r.Failed != "" {
		return Tally{}, fmt.Errorf("client process: %s", r.Failed)
	}
	return r.Tally, nil
}

// Leave ends all clients.
func (c *Crowd) Leave() error {
	var failed error
	for _, one := range c.clients {
		_ = one.cmd.Process.Kill()
		if err := one.cmd.Wait(); err != nil && one.cmd.ProcessState == nil {
			failed = errors.Join(failed, fmt.Errorf("client process: %w", err))
		}
	}
	return failed
}
