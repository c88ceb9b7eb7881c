package hypercorn_test

import (
	"embed"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
)

// measured is what the real servers do with a stream in each state at each of its ends, a line a cell.
//
//go:embed testdata/http2-streams
var measured embed.FS

// cell is one line of it.
type cell struct {
	state, ending string
	frames        []seen // since the ending
	kept          int    // descriptors, before the stop
	log           string
	exit          time.Duration // since SIGTERM, or sim.Never
	framesOfStop  []seen
	logOfStop     string

	*servertest.World
	t                *testing.T
	vintage          string
	stream           uint32 // its number
	endedAt, stopsAt time.Duration
	client, other    *sim.Client
	away             bool // the client sees nothing more
}

// Whatever state a stream is in, and however it ends, the client, the log and the stop of the server are as with the
// real one, and the sums are right.
func TestEveryEndOfAStreamInEveryState(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		text, err := measured.ReadFile("testdata/http2-streams/" + vintage + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if c := parseCell(t, line); c != nil {
				c.vintage = vintage
				t.Run(c.state+"/"+c.ending, func(t *testing.T) { c.play(t) })
			}
		}
	})
}

func parseCell(t *testing.T, line string) *cell {
	t.Helper()
	f := strings.Split(strings.TrimSpace(line), "|")
	if len(f) != 8 || strings.HasPrefix(line, "#") {
		return nil
	}
	for i := range f {
		if f[i] = strings.TrimSpace(f[i]); f[i] == "-" {
			f[i] = ""
		}
	}
	c := &cell{
		state: f[0], ending: f[1], frames: parseSeen(t, f[2]), log: f[4],
		exit: sim.Never, framesOfStop: parseSeen(t, f[6]), logOfStop: f[7],
	}
	c.kept, _ = strconv.Atoi(f[3])
	if f[5] != "never" {
		c.exit = seconds(t, f[5])
	}
	return c
}

func seconds(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text + "s")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func parseSeen(t *testing.T, text string) (all []seen) {
	t.Helper()
	for part := range strings.SplitSeq(text, "; ") {
		at, what, _ := strings.Cut(part, " ")
		if what == "" {
			continue
		}
		n := 1
		if rest, twelve := strings.CutPrefix(what, "twelve times "); twelve {
			n, what = 12, rest
		}
		for range n {
			all = append(all, seen{seconds(t, at), what})
		}
	}
	return all
}

// play brings a stream into the state, ends it, and stops the server three seconds later.
func (c *cell) play(t *testing.T) {
	t.Helper()
	c.stream, c.t = 1, t
	c.World = newWorld(t, "hypercorn", c.vintage, c.configure)
	c.endedAt = states(c.state).reach(c)
	c.stopsAt = c.endedAt + c.leavesOff()
	c.Run(c.stopsAt - 1)
	c.settled()
	c.Signal(c.stopsAt, syscall.SIGTERM)
	c.Run(c.stopsAt + 8*time.Second)
	c.compare()
}

func (c *cell) configure(cfg *config.Config) {
	s := states(c.state)
	cfg.Sleep, cfg.KeepAlive, cfg.GracefulTimeout = distribution.Of(s.work), max(time.Second, s.keepAlive), time.Second
	if c.state == "queued" {
		cfg.Limit = 1
	}
}

// settled checks what must hold three seconds after the stream's end.
func (c *cell) settled() {
	c.t.Helper()
	kept := 0
	for _, client := range []*sim.Client{c.client, c.other} {
		if client != nil && client.Held() {
			kept++
		}
	}
	check.Equal(c.t, "descriptors kept", kept, c.kept)
	s := c.Workers[0].Statistics()
	check.Equal(c.t, "held, although it cannot be answered",
		s.Held > 0 && c.stopsAt-c.endedAt > time.Second && !c.mayBeAnswered(), false)
	c.balanced()
}

// mayBeAnswered reports whether the client may still open a window.
func (c *cell) mayBeAnswered() bool {
	switch c.ending {
	case "nothing", "window-opens-by-one", "settings-open-window", "stream-window-overflows", "data", "last-data":
		return true
	}
	return false
}

func (c *cell) balanced() {
	c.t.Helper()
	s := c.Workers[0].Statistics()
	check.Equal(c.t, "accepted without an outcome", s.Accepted-s.Held-s.Answered-s.Refused-s.Cancelled-s.Left, 0)
}

func (c *cell) compare() {
	c.t.Helper()
	exit := c.End()
	if exit != sim.Never {
		exit -= c.stopsAt
		check.Equal(c.t, "held in the end", c.Workers[0].Statistics().Held, 0)
	}
	c.balanced()
	c.near("exit", []seen{{exit, ""}}, []seen{{c.exit, ""}})
	var before, after []seen
	for _, s := range h2Seen(c.client) {
		switch {
		case c.away:
		case s.at >= c.stopsAt:
			after = append(after, seen{s.at - c.stopsAt, c.named(s.what)})
		case s.at >= c.endedAt:
			before = append(before, seen{s.at - c.endedAt, c.named(s.what)})
		}
	}
	c.near("frames", before, c.frames)
	c.near("frames after SIGTERM", after, c.framesOfStop)
	log, logOfStop := c.logged()
	check.Equal(c.t, "log", log, c.log)
	check.Equal(c.t, "log after SIGTERM", logOfStop, c.logOfStop)
}

// named calls the stream 1, and the next one 3.
func (c *cell) named(what string) string {
	for id, name := range map[uint32]string{c.stream: "1", c.stream + 2: "3"} {
		if rest, ok := strings.CutSuffix(what, fmt.Sprintf("/%d", id)); ok {
			return rest + "/" + name
		}
	}
	return strings.Replace(what, fmt.Sprintf("last %d ", c.stream), "last 1 ", 1)
}

// tolerance is for the times of the real servers, which were measured many at a time.
const tolerance = 500 * time.Millisecond

func (c *cell) near(what string, got, want []seen) {
	c.t.Helper()
	same := len(got) == len(want)
	for i := 0; same && i < len(got); i++ {
		apart := time.Duration(math.Abs(float64(got[i].at - want[i].at)))
		same = got[i].what == want[i].what && (got[i].at == sim.Never) == (want[i].at == sim.Never) && apart <= tolerance
	}
	if !same {
		c.t.Errorf("%s: got %v, want %v (alone: %s)", what, got, want, check.Alone(c.t))
	}
}

var (
	beginLine  = regexp.MustCompile(`^#\d+ (\w+) on .*`)
	accessLine = regexp.MustCompile(`^(\w+ /\w*)\S* (\d+)$`)
)

// logged is what was logged since the ending, and since the stop.
func (c *cell) logged() (before, after string) {
	var parts [2][]string
	for _, line := range c.Workers[0].Lines {
		when, text, _ := strings.Cut(line, " ")
		at, _ := time.ParseDuration(when)
		text = accessLine.ReplaceAllString(beginLine.ReplaceAllString(text, "start $1"), "$1 $2")
		switch {
		case at >= c.stopsAt:
			parts[1] = append(parts[1], text)
		case at >= c.endedAt:
			parts[0] = append(parts[0], text)
		}
	}
	return strings.Join(parts[0], ", "), strings.Join(parts[1], ", ")
}

const preface = http2.ClientPreface
