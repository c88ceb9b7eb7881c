package uvicorn_test

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// answers has every request answered with one answer.
func answers(a *http1.Answer) func(*uvicorn.Endpoint) {
	return func(e *uvicorn.Endpoint) {
		e.Handle = func(x http1.Exchange, _ *http1.Head) { x.Reply(a) }
	}
}

// An answer that says "close" closes; what counts as saying so differs.
func TestAnswerThatCloses(t *testing.T) {
	everywhere(t, func(h *house) {
		c, asked := h.Send(0, get("/")), h.Send(0, get("/", "Connection: close"))
		h.Run(hour)
		want := reply("200 OK", "content-length: 0\nconnection: Close\n", "")
		check.Equal(h.t, "client", story(c), came(0, want)+closed(0))
		switch {
		case h.class.h11:
			want = reply("200 OK", "content-length: 0\nConnection: close\n", "")
		case h.class.old:
			want = reply("200 OK", "content-length: 0\nconnection: Close\nconnection: close\n", "")
		}
		check.Equal(h.t, "client that asks for it too", story(asked), came(0, want)+closed(0))
	}, answers(&http1.Answer{Status: 200, Lines: []http1.Line{{Name: "content-length", Value: "0"}, {Name: "connection", Value: "Close"}}}))
}

// Python's names of the status codes, where they are not Go's.
func TestStatusLineIsPythons(t *testing.T) {
	for status, want := range map[int]string{
		200: "200 OK", 414: "414 Request-URI Too Long", 418: "418 I'm a Teapot", 422: "422 Unprocessable Entity", 599: "599 ",
	} {
		each(t, []class{h11054, httptools054}, func(h *house) {
			c := h.Send(0, get("/"))
			h.Run(1 * second)
			check.Equal(h.t, "client", c.Text(), reply(want, "content-length: 0\n", ""))
		}, answers(&http1.Answer{Status: status, Lines: []http1.Line{{Name: "content-length", Value: "0"}}}))
	}
}

// A program sees what was sent: the method, the target and the fields.
func TestWhatAProgramSees(t *testing.T) {
	var seen []string
	everywhere(t, func(h *house) {
		h.Send(0, ask("GET /a%20b?x=%20 HTTP/1.1", "X-A: 1", "x-a: 2"))
		h.Run(hour)
		check.Equal(h.t, "seen", len(seen), 1)
		check.Equal(h.t, "seen", seen[0], "GET /a%20b x=%20 1.1 1,2")
		seen = nil
	}, func(e *uvicorn.Endpoint) {
		e.Handle = func(x http1.Exchange, head *http1.Head) {
			fields, _ := head.Joined("x-a")
			seen = append(seen, x.Method()+" "+x.Path()+" "+x.Query()+" "+x.Version()+" "+fields)
			x.Reply(&http1.Answer{Status: 204})
		}
	})
}
