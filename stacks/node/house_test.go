package node_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/servertest"
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

// house is an endpoint of one version. Its program works for as long as ?for= says, on the loop itself where the path
// is /block, and answers its id; it knows / and /block.
type house struct {
	*servertest.Endpoint
	t      *testing.T
	server *node.Endpoint
}

// each runs a test for each version.
func each(t *testing.T, test func(h *house, v version)) {
	t.Helper()
	for _, v := range []version{v18, v26} {
		t.Run(v.name, func(t *testing.T) { test(build(t, v), v) })
	}
}

func build(t *testing.T, v version) *house {
	h := &house{t: t}
	h.Endpoint = servertest.Open(t, v.flavour, h.handle, func(host *http1.Host) http1.Endpoint {
		host.Log = mute{t}
		h.server = node.NewEndpoint(host, v.version)
		return h.server
	})
	return h
}

// handle is the program.
func (h *house) handle(e http1.Exchange, _ *http1.Head) {
	id := servertest.Asked(e, "id")
	switch e.Path() {
	case "/":
		h.Hold(e, id, node.Hello(id))
	case "/block":
		d, _ := time.ParseDuration(servertest.Asked(e, "for"))
		e.Hold(eventloop.Func(func() {
			h.Loop.Block(min(d, 5*time.Second))
			e.Complete(node.Hello(id))
		}))
	default:
		e.Reply(node.NotFound)
	}
}

// mute is the log of Node's http server, which says nothing.
type mute struct{ t *testing.T }

func (mute) Access(http1.Exchange, int) {}
func (m mute) Info(message string) {
	m.t.Helper()
	m.t.Error(message)
}

func (m mute) Warning(message string) {
	m.t.Helper()
	m.t.Error(message)
}

func (m mute) Error(message string) {
	m.t.Helper()
	m.t.Error(message)
}

func (m mute) Loop(message string) {
	m.t.Helper()
	m.t.Error(message)
}

var get = servertest.Request

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
	check.Equal(h.t, "the client's answers and its end", strings.Join(got, " "), want)
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
