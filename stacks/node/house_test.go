package node_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks/node"
)

// version is one of Node's, with the loop it runs on.
type version struct {
	name    string
	version node.Version
	flavour eventloop.Flavour
}

var (
	v18 = version{"18", node.V18, eventloop.Libuv144}
	v26 = version{"26", node.V26, eventloop.Libuv152}
)

// house is one http server in simulated time and network. Its program works for as long as ?for= says, on the loop itself
// where the path is /block, and answers its id; it knows / and /block.
type house struct {
	*sim.World
	t        *testing.T
	server   *node.Endpoint
	host     *http1.Host
	listener *sim.Listener
	log      []string
}

// each runs a test for each version.
func each(t *testing.T, test func(h *house, v version)) {
	t.Helper()
	for _, v := range []version{v18, v26} {
		t.Run(v.name, func(t *testing.T) { test(build(t, v), v) })
	}
}

func build(t *testing.T, v version) *house {
	h := &house{World: sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)), t: t}
	h.listener = h.Listen(511)
	h.host = &http1.Host{Handle: h.handle, Log: (*record)(h), KeepAlive: 5 * time.Second, Shared: &modes.Runtime{}, MostKept: 1 << 20}
	h.server = node.NewEndpoint(h.host, v.version)
	h.Process(func(p *sim.Process) {
		loop := eventloop.New(v.flavour, p, p)
		h.host.Shared.Loop = loop
		listener, err := loop.Serve(p.Adopt(h.listener), h.server.Accept, func(err error, _ bool) { t.Error(err) })
		if err != nil {
			t.Error(err)
			return
		}
		h.server.Listening(listener)
		if err := loop.Run(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(h.Close)
	return h
}

// handle is the program.
func (h *house) handle(e http1.Exchange, _ *http1.Head) {
	d, _ := time.ParseDuration(asked(e, "for"))
	id := asked(e, "id")
	switch e.Path() {
	case "/":
		e.Hold(eventloop.Func(func() {
			h.note("begin " + id)
			h.host.Loop().After(new(eventloop.Timer), d, eventloop.Func(func() {
				h.note("end " + id)
				e.Complete(node.Hello(id))
			}))
		}))
	case "/block":
		e.Hold(eventloop.Func(func() {
			h.host.Loop().Block(min(d, 5*time.Second))
			e.Complete(node.Hello(id))
		}))
	default:
		e.Reply(node.NotFound)
	}
}

// record is the house as its log sees it: the http server itself says nothing.
type record house

func (r *record) Access(http1.Exchange, int) {}
func (r *record) Info(m string)              { r.t.Error(m) }
func (r *record) Warning(m string)           { r.t.Error(m) }
func (r *record) Error(m string)             { r.t.Error(m) }
func (r *record) Loop(m string)              { r.t.Error(m) }

func (h *house) note(what string) { h.log = append(h.log, fmt.Sprintf("%v %s", h.Now(), what)) }

func get(target string) string { return "GET " + target + " HTTP/1.1\r\nHost: lab\r\n\r\n" }

// saw compares what a client got, in short: the statuses and bodies with their moments, and its end.
func (h *house) saw(c *sim.Client, want string) {
	h.t.Helper()
	var got []string
	for _, p := range c.Pieces {
		got = append(got, fmt.Sprintf("%s@%v", brief(p.Text), p.At))
	}
	if c.Ended != sim.Never {
		got = append(got, fmt.Sprintf("end@%v", c.Ended))
	}
	if short := strings.Join(got, " "); short != want {
		h.t.Errorf("wanted %q, got %q (alone: go test ./stacks/node -run '%s')", want, short, h.t.Name())
	}
}

// brief is the status and the body of each answer in a piece.
func brief(piece string) string {
	var parts []string
	for _, answer := range strings.Split(piece, "HTTP/1.1 ")[1:] {
		head, body, _ := strings.Cut(answer, "\r\n\r\n")
		parts = append(parts, strings.TrimSpace(head[:3]+" "+body))
	}
	return strings.Join(parts, "+")
}

// asked is a parameter of a request's query.
func asked(e http1.Exchange, name string) string {
	query, _ := url.ParseQuery(e.Query())
	return query.Get(name)
}
