package uvicorn_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// class is one of Uvicorn's protocol classes, as one of its releases has it.
type class struct {
	name      string
	behaviour uvicorn.Class
	h11, old  bool
}

var (
	h11021       = class{"h11 of 0.21.1", uvicorn.H11021, true, true}
	h11054       = class{"h11 of 0.54.0", uvicorn.H11054, true, false}
	httptools021 = class{"httptools of 0.21.1", uvicorn.Httptools021, false, true}
	httptools054 = class{"httptools of 0.54.0", uvicorn.Httptools054, false, false}

	classes = []class{h11021, h11054, httptools021, httptools054}
)

// loops are those that the class runs on.
func (c class) loops() []eventloop.Flavour {
	if c.old {
		return []eventloop.Flavour{eventloop.Asyncio, eventloop.Uvloop017}
	}
	return []eventloop.Flavour{eventloop.Asyncio, eventloop.Uvloop023}
}

// house is an endpoint of one class on one loop. Its program runs for the time given by ?for= and
// answers "hello"; it knows no path but /.
type house struct {
	*servertest.Endpoint
	t        *testing.T
	class    class
	flavour  eventloop.Flavour
	endpoint *uvicorn.Endpoint
}

// everywhere runs a test for each class on each of its loops.
func everywhere(t *testing.T, test func(h *house), change ...func(*uvicorn.Endpoint)) {
	t.Helper()
	each(t, classes, test, change...)
}

func each(t *testing.T, among []class, test func(h *house), change ...func(*uvicorn.Endpoint)) {
	t.Helper()
	for _, c := range among {
		for _, f := range c.loops() {
			t.Run(c.name+" on "+f.Name, func(t *testing.T) { test(build(t, c, f, change...)) })
		}
	}
}

func build(t *testing.T, c class, f eventloop.Flavour, change ...func(*uvicorn.Endpoint)) *house {
	h := &house{t: t, class: c, flavour: f}
	h.Endpoint = servertest.Open(t, f, h.handle, func(host *http1.Host) http1.Endpoint {
		h.endpoint = &uvicorn.Endpoint{Class: &h.class.behaviour, Host: host}
		h.endpoint.SetDefaults(http1.Line{Name: "date", Value: "D"}, http1.Line{Name: "server", Value: "uvicorn"})
		for _, f := range change {
			f(h.endpoint)
		}
		return h.endpoint
	})
	return h
}

// handle is the program.
func (h *house) handle(e http1.Exchange, _ *http1.Head) {
	if e.Path() != "/" {
		e.Reply(document(404, `{"detail":"Not Found"}`))
		return
	}
	h.Hold(e, e.Target(), document(200, `"hello"`))
}

func document(status int, body string) *http1.Answer {
	return &http1.Answer{Status: status, Body: body, Lines: []http1.Line{
		{Name: "content-length", Value: fmt.Sprint(len(body))}, {Name: "content-type", Value: "application/json"},
	}}
}

// get is a request for a target, with further header lines.
func get(target string, lines ...string) string { return ask("GET "+target+" HTTP/1.1", lines...) }

func ask(line string, lines ...string) string {
	return line + "\r\n" + strings.Join(append([]string{"Host: x"}, lines...), "\r\n") + "\r\n\r\n"
}

// reply is an answer below Uvicorn's own header lines. Lines end in "\n".
func reply(status, lines, body string) string {
	return bare(status, "date: D\nserver: uvicorn\n"+lines, body)
}

func bare(status, lines, body string) string {
	return "HTTP/1.1 " + status + "\r\n" + strings.ReplaceAll(lines, "\n", "\r\n") + "\r\n" + body
}

var (
	hello    = reply("200 OK", "content-length: 7\ncontent-type: application/json\n", `"hello"`)
	notFound = reply("404 Not Found", "content-length: 22\ncontent-type: application/json\n", `{"detail":"Not Found"}`)
)

// story is what a client saw, in order: what came when, and how the connection ended.
func story(c *sim.Client) string {
	var b strings.Builder
	for i := 0; i < len(c.Pieces); {
		at, text := c.Pieces[i].At, ""
		for ; i < len(c.Pieces) && c.Pieces[i].At == at; i++ {
			text += c.Pieces[i].Text
		}
		b.WriteString(came(at, text))
	}
	return b.String() + servertest.Ending(c) + "\n"
}

// The parts of a story.
const open = "open\n"

func came(at time.Duration, text string) string { return fmt.Sprintf("%v %q\n", at, text) }

func closed(at time.Duration) string { return fmt.Sprintf("%v closed\n", at) }

// status is the status code of the first answer.
func status(c *sim.Client) string {
	text := c.Text()
	return text[min(len(text), len("HTTP/1.1 ")):min(len(text), len("HTTP/1.1 200"))]
}
