package fastapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/programtest"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// trouble is what clients and an operator do to a random program.
type trouble struct {
	requests requests
	manners  []manner        // of each request's client
	commands []admin.Command // one each
	when     []time.Duration // of these moments
	limit    int
	queue    int
}

// manner is how a client asks.
type manner struct {
	deaf  bool // it does not read before the second second
	twice bool // it asks again at once, on the same connection
	rest  string
}

func drawTrouble(t *rapid.T, p *program.Program) trouble {
	number := func(what string, low, high int) int { return rapid.IntRange(low, high).Draw(t, what) }
	all := trouble{requests: drawRequests(t, p), limit: number("limit", 1, 4), queue: number("queue", config.Unlimited, 3)}
	rests := []string{
		" HTTP/1.1\r\nHost: x\r\n\r\n", " HTTP/1.0\r\n\r\n", " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		" HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
	}
	for range all.requests {
		m := manner{number("deaf", 0, 7) == 0, number("twice", 0, 5) == 0, rapid.SampledFrom(rests).Draw(t, "rest")}
		all.manners = append(all.manners, m)
	}
	for range number("commands", 0, 8) {
		verbs := []admin.Verb{admin.Limit, admin.Hold, admin.Release, admin.Reset}
		c := admin.Command{Do: rapid.SampledFrom(verbs).Draw(t, "command"), N: number("n", 1, 5)}
		all.commands = append(all.commands, c)
		all.when = append(all.when, time.Duration(number("when", 0, 250))*time.Millisecond)
	}
	return all
}

// play has the trouble of the first second, and then everything end.
func (all trouble) play(stack *server.Stack, p *program.Program) (*servertest.World, []*sim.Client) {
	w := servertest.New(servertest.Example{}, stack, func(c *config.Config) {
		c.Program, c.Limit, c.Queue = p, all.limit, all.queue
	})
	clients := make([]*sim.Client, len(all.requests))
	for i, r := range all.requests {
		text := r.line + all.manners[i].rest
		if all.manners[i].twice {
			text += text
		}
		clients[i] = w.Send(r.at, text)
		if all.manners[i].deaf {
			w.At(r.at, func() { clients[i].StopReading(0) })
			w.At(time.Second, clients[i].StartReading)
		}
		if r.leaves > 0 {
			w.At(r.leaves, clients[i].Close)
		}
	}
	for i, c := range all.commands {
		w.At(all.when[i], func() { w.Workers[0].Do(c) })
	}
	w.At(time.Second, func() { w.Workers[0].Do(admin.Command{Do: admin.Release}) })
	w.Run(2 * time.Minute)
	return w, clients
}

// Whatever clients and an operator do, nothing is kept, the totals balance, each client that stays is answered, and the same seed
// gives the same run.
func TestRandomProgramsInTrouble(t *testing.T) {
	for _, name := range []string{"uvicorn", "hypercorn", "hypercorn-trio", "gunicorn-uvicorn"} {
		servertest.Both(t, func(t *testing.T, vintage string) {
			stack, err := stacks.Find(name, vintage)
			if err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(t *rapid.T) {
				p, err := program.Read("drawn.yaml", []byte(programtest.Draw(t)), nil)
				if err != nil {
					t.Fatal(err)
				}
				if stack.Terms.Check(p) != nil {
					return
				}
				all := drawTrouble(t, p)
				w, clients := all.play(stack, p)
				checkSums(t, w.Workers[0].Statistics())
				// Bytes after a connection's last request may end a server on trio.
				fell := strings.Contains(strings.Join(w.Workers[0].Lines, "\n"), "Process SpawnProcess-")
				for i, c := range clients {
					if !fell && all.requests[i].leaves == 0 && c.First() == sim.Never && c.Ended == sim.Never {
						t.Errorf("%s request %d (%s) has neither an answer nor an end", name, i, all.requests[i].line)
					}
				}
				again, _ := all.play(stack, p)
				check.Equal(t, "the second run", strings.Join(again.Workers[0].Lines, "\n"), strings.Join(w.Workers[0].Lines, "\n"))
			})
		})
	}
}

// checkSums checks the totals of a worker that has nothing to do.
func checkSums(t *rapid.T, s admin.Statistics) {
	t.Helper()
	check.Equal(t, "tokens, waiting, functions, zombies, held",
		fmt.Sprint(s.Borrowed, s.Waiting, s.Busy, s.Zombies, s.Held), "0 0 0 0 0")
	check.Equal(t, "requests", s.Accepted, s.Answered+s.Refused+s.Cancelled+s.Left)
	started := int64(0)
	for _, r := range s.Routes {
		check.Equal(t, r.Name, r.Accepted, r.Held+r.Answered+r.Refused+r.Cancelled+r.Left)
		started += r.Started
	}
	check.Equal(t, "handlers started", started, s.Started)
	for _, pool := range s.Pools {
		check.Equal(t, pool.Name, fmt.Sprint(pool.InUse, pool.Waiting), "0 0")
	}
}
