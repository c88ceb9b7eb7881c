package servertest

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
)

// Endpoint is what serves connections, alone on its loop: no worker, no framework, no signals.
type Endpoint struct {
	Net
	Loop *eventloop.Loop // nil before the world runs
	// Lines are what the endpoint logs and what the test notes, each with its time.
	Lines []string
}

// Program is what a request asks for.
type Program func(http1.Exchange, *http1.Head)

// Open has an endpoint serve connections on a loop. serve makes it for a host, which it may change; the host's loop is
// there once the world runs.
func Open(t T, f eventloop.Flavour, program Program, serve func(*http1.Host) http1.Endpoint) *Endpoint {
	e := &Endpoint{Net: newNet(t, 2048)}
	host := &http1.Host{
		Handle: program, Log: noted{e}, KeepAlive: 5 * time.Second, MaxBuffered: 1 << 20, Shared: &modes.Runtime{},
	}
	endpoint := serve(host)
	e.Process(func(p *sim.Process) {
		e.Loop = eventloop.New(f, p, p)
		host.Shared.Loop = e.Loop
		listener, err := e.Loop.Serve(p.Adopt(e.Listener), endpoint.Accept, func(err error, _ bool) { t.Error(err) })
		if err != nil {
			t.Error(err)
			return
		}
		endpoint.Listening(listener)
		if err := e.Loop.Run(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// Soon runs f on the loop, as another thread has it run there.
func (e *Endpoint) Soon(f func()) { e.Loop.Post(eventloop.Func(f)) }

// Hold has a request work for as long as its ?for= says, notes under a name when that begins and ends, and answers it.
func (e *Endpoint) Hold(x http1.Exchange, name string, answer *http1.Answer) {
	d, _ := time.ParseDuration(Asked(x, "for"))
	x.Hold(eventloop.Func(func() {
		e.Note("begin %s", name)
		e.Loop.After(new(eventloop.Timer), d, eventloop.Func(func() {
			e.Note("end %s", name)
			x.Complete(answer)
		}))
	}))
}

// Asked is a parameter of a request's query.
func Asked(x http1.Exchange, name string) string {
	query, _ := url.ParseQuery(x.Query()) // what is wrong in it is left out
	return query.Get(name)
}

// Note adds a line to those that are logged.
func (e *Endpoint) Note(format string, args ...any) {
	e.Lines = append(e.Lines, fmt.Sprintf("%v ", e.Now())+fmt.Sprintf(format, args...))
}

// Logged compares all lines.
func (e *Endpoint) Logged(want ...string) {
	e.t.Helper()
	check.Equal(e.t, "log", strings.Join(e.Lines, "\n"), strings.Join(want, "\n"))
}

// noted is the endpoint as the host's log. Of a message of several lines it notes one: the last of a traceback, which
// names the exception, and the first of others.
type noted struct{ *Endpoint }

func (n noted) Access(x http1.Exchange, status int) {
	n.Note("%s %s HTTP/%s %d", x.Method(), x.Target(), x.Version(), status)
}
func (n noted) Info(m string)    { n.Note("INFO %s", first(m)) }
func (n noted) Warning(m string) { n.Note("WARNING %s", first(m)) }
func (n noted) Error(m string)   { n.Note("ERROR %s", last(m)) }
func (n noted) Loop(m string)    { n.Note("LOOP %s", last(m)) }

// NoAccess is a log without access lines, as of a server that writes none unless it is told to.
type NoAccess struct{ http1.Log }

// Access does nothing.
func (NoAccess) Access(http1.Exchange, int) {}

func first(message string) string {
	line, _, _ := strings.Cut(message, "\n")
	return line
}

func last(message string) string { return message[strings.LastIndexByte(message, '\n')+1:] }
