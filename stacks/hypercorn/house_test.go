package hypercorn_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/hypercorn"
)

// house is an endpoint of one version on one loop. Its program works for as long as ?for= says and answers "hello"; it
// knows no path but /.
type house struct {
	*servertest.Endpoint
	t        *testing.T
	old      bool // Hypercorn 0.14.3
	endpoint *hypercorn.Endpoint
}

// everywhere runs a test for each version on each loop.
func everywhere(t *testing.T, test func(h *house)) {
	t.Helper()
	for name, b := range map[string]hypercorn.Version{"0.14.3": hypercorn.H11v0143, "0.18.0": hypercorn.H11v0180} {
		for _, f := range []eventloop.Flavour{eventloop.Asyncio, eventloop.Uvloop017, eventloop.Uvloop023} {
			t.Run(fmt.Sprintf("%s on %s taking %d", name, f.Name, f.AcceptsPerTurn), func(t *testing.T) {
				test(build(t, b, f, name == "0.14.3"))
			})
		}
	}
}

func build(t *testing.T, b hypercorn.Version, f eventloop.Flavour, old bool) *house {
	h := &house{t: t, old: old}
	h.Endpoint = servertest.Open(t, f, h.handle, func(host *http1.Host) http1.Endpoint {
		h.endpoint = &hypercorn.Endpoint{Host: host, Version: &b}
		return h.endpoint
	})
	return h
}

// handle is the program.
func (h *house) handle(e http1.Exchange, _ *http1.Head) {
	if e.Path() != "/" {
		e.Reply(document(404, "no"))
		return
	}
	h.Hold(e, e.Target(), document(200, "hello"))
}

func document(status int, body string) *http1.Answer {
	length := http1.Line{Name: "content-length", Value: fmt.Sprint(len(body))}
	return &http1.Answer{Status: status, Body: body, Lines: []http1.Line{length}}
}

var get = servertest.Request

// story is what a client has seen, in order: the status and the connection lines of what
// came when, and how it ended.
func story(c *sim.Client) string {
	var b strings.Builder
	for _, p := range c.Pieces {
		inHead := false
		for line := range strings.SplitSeq(p.Text, "\r\n") {
			if _, status, ok := strings.Cut(line, "HTTP/1.1 "); ok { // which may follow a body
				fmt.Fprintf(&b, "%v %s", p.At, status)
				inHead = true
			}
			if strings.HasPrefix(strings.ToLower(line), "connection") {
				b.WriteString(line)
			}
			if line == "" && inHead {
				b.WriteString("\n")
				inHead = false
			}
		}
	}
	return b.String() + servertest.Ending(c)
}

// by is what one version shows, and what the other.
func (h *house) by(old, current string) string {
	if h.old {
		return old
	}
	return current
}
