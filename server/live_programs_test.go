package server_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/tracetext"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/programtest"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
	"github.com/target-server/target-server/trace"
)

// spectator looks at a worker that serves a random program.
type spectator struct {
	*servertest.World
	t        *rapid.T
	sequence int64
}

// look compares what the page shows with the statistics.
func (s *spectator) look() {
	s.t.Helper()
	w := s.Workers[0]
	if w.Worker == nil || w.Ended != sim.Never {
		return
	}
	live := w.Live(s.sequence)
	var got strings.Builder
	fmt.Fprintf(&got, "running %d, waiting %d", len(functionsOf(live)), len(live.Queue))
	var want strings.Builder
	fmt.Fprintf(&want, "running %d, waiting %d", live.Statistics.Busy, live.Statistics.Waiting)
	for i, p := range live.Statistics.Pools {
		if live.Loop.State == admin.LoopBlocked {
			break // a coroutine that has been woken still waits, and is in no queue
		}
		fmt.Fprintf(&want, ", %s: %d of %d", p.Name, p.InUse, p.Waiting)
		fmt.Fprintf(&got, ", %s: %d of %d", live.Pools[i].Name, len(live.Pools[i].Holders), len(live.Pools[i].Waiters))
	}
	if got.String() != want.String() {
		s.t.Errorf("%v: the page shows %s; by /stats, %s", s.Now(), got.String(), want.String())
	}
	if live.Missed != 0 || live.Sequence-s.sequence != int64(len(live.Ended)+len(live.Blocks)) {
		s.t.Errorf("%v: calls that have ended are missing", s.Now())
	}
	s.sequence = live.Sequence
}

// functionsOf are the calls that run.
func functionsOf(live admin.LiveWorker) (all []admin.LiveCall) {
	for _, thread := range live.Threads {
		if thread.Runs != nil {
			all = append(all, *thread.Runs)
		}
	}
	return append(all, live.Tasks...)
}

// visitors are random clients of a random program.
func (s *spectator) visitors(p *program.Program) {
	at := time.Duration(0)
	for range rapid.IntRange(1, 20).Draw(s.t, "requests") {
		at += time.Duration(rapid.IntRange(0, 15).Draw(s.t, "gap")) * time.Millisecond
		c := s.Send(at, s.request(p))
		if rapid.IntRange(0, 3).Draw(s.t, "leaves") == 0 {
			leave := []func(){c.CloseWrite, c.Close, c.Abort}[rapid.IntRange(0, 2).Draw(s.t, "way")]
			s.At(at+time.Duration(rapid.IntRange(0, 60).Draw(s.t, "after"))*time.Millisecond, leave)
		}
	}
}

// request is a request for one of the routes.
func (s *spectator) request(p *program.Program) string {
	route := rapid.SampledFrom(p.Routes).Draw(s.t, "route")
	query := url.Values{}
	for _, q := range parametersOf(route.Parameters, route.Depends) {
		query.Set(q.Name, "1")
	}
	return route.Method + " " + strings.NewReplacer("{", "1", "}", "").Replace(route.Path) + "?" + query.Encode() + " HTTP/1.1\r\nHost: x\r\n\r\n"
}

func parametersOf(all []program.Parameter, depends []*program.Dependency) []program.Parameter {
	for _, d := range depends {
		all = parametersOf(append(slices.Clip(all), d.Parameters...), d.Depends)
	}
	return all
}

// commands are random commands and signals.
func (s *spectator) commands() {
	for range rapid.IntRange(0, 4).Draw(s.t, "commands") {
		at := time.Duration(rapid.IntRange(1, 200).Draw(s.t, "moment")) * time.Millisecond
		command := rapid.SampledFrom([]admin.Command{
			{Do: admin.Hold}, {Do: admin.Release, N: 1}, {Do: admin.Release}, {Do: admin.Reset}, {Do: admin.Limit, N: 1}, {Do: admin.Limit, N: 5},
		}).Draw(s.t, "command")
		s.At(at, func() { s.Workers[0].Do(command) })
	}
	s.At(time.Second, func() { s.Workers[0].Do(admin.Command{Do: admin.Release}) })
	if rapid.IntRange(0, 3).Draw(s.t, "is stopped") == 0 {
		s.Signal(time.Duration(rapid.IntRange(1, 200).Draw(s.t, "moment of the stop"))*time.Millisecond, syscall.SIGTERM)
	}
}

// Whatever a program does, whichever clients leave, and whatever is done to the server: the page shows what /stats
// says, nothing is left in the end, and in the trace what begins ends.
func TestRandomProgramsAreShownAsTheyAre(t *testing.T) {
	able := slices.DeleteFunc(stacks.All(), func(s *server.Stack) bool {
		_, none := s.Defaults.Refuses["program"]
		return none
	})
	rapid.Check(t, func(t *rapid.T) { watchProgram(t, able[rapid.IntRange(0, len(able)-1).Draw(t, "stack")]) })
}

func watchProgram(t *rapid.T, stack *server.Stack) {
	draw := programtest.DrawAll
	if v := stack.Defaults.Values; v.App != "fastapi" {
		draw = programtest.DrawPlainAll
	}
	p, err := program.Read("drawn.yaml", []byte(draw(t)), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(stack.Defaults.Values.Stack, stack.Defaults.Values.Vintage)
	s := &spectator{t: t}
	s.World = servertest.New(servertest.Example{}, stack, func(c *config.Config) {
		c.Program, c.AdminAddr = p, "unused:1"
		if _, none := stack.Defaults.Refuses["graceful-timeout"]; !none {
			c.GracefulTimeout = rapid.SampledFrom([]time.Duration{c.GracefulTimeout, 20 * time.Millisecond}).Draw(t, "graceful timeout")
		}
		if _, fixed := stack.Defaults.Refuses["limit"]; !fixed {
			c.Limit = rapid.IntRange(1, 4).Draw(t, "limit")
		}
	})
	s.Trace(trace.PerfettoTrace)
	s.visitors(p)
	s.commands()
	for at := 500 * time.Microsecond; at < 300*time.Millisecond; at += time.Millisecond {
		s.At(at, s.look)
	}
	s.Run(2 * time.Minute)
	s.look()
	w := s.Workers[0]
	if w.Ended == sim.Never {
		if live := w.Live(0); len(functionsOf(live))+live.Statistics.Busy > 0 {
			t.Errorf("runs in the end: %+v", live)
		}
	}
	lines, err := tracetext.Lines(w.Traced.Bytes())
	if err != nil {
		t.Error(err)
	}
	for _, wrong := range tracetext.Unbalanced(lines) {
		if w.Ended == sim.Never || !strings.HasSuffix(wrong, "does not end") {
			t.Errorf("%s in\n%s", wrong, strings.Join(lines, "\n"))
		}
	}
}
