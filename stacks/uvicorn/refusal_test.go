package uvicorn_test

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
)

const invalid = "Invalid HTTP request received."

// How h11 refuses what is no request: without Uvicorn's own header lines, and framed as for the last valid request.
var (
	h11BadFirst = bare("400 Bad Request", "content-type: text/plain; charset=utf-8\nConnection: close\n", invalid)
	h11BadAfter = bare("400 Bad Request",
		"content-type: text/plain; charset=utf-8\nconnection: close\nTransfer-Encoding: chunked\n",
		"1e\r\n"+invalid+"\r\n0\r\n\r\n")
	h11BadLast = bare("400 Bad Request",
		"content-type: text/plain; charset=utf-8\nTransfer-Encoding: chunked\nConnection: close\n",
		"1e\r\n"+invalid+"\r\n0\r\n\r\n")
	httptoolsBad = reply("400 Bad Request",
		"content-type: text/plain; charset=utf-8\ncontent-length: 30\nconnection: close\n", invalid)
)

const garbage = "garbage\r\n\r\n"

func TestBytesThatAreNoRequest(t *testing.T) {
	everywhere(t, func(h *house) {
		first, after := h.Send(0, garbage), h.Send(0, get("/"))
		h.Then(1*second, after, garbage)
		h.Run(hour)
		bad, badAfter := httptoolsBad, httptoolsBad
		if h.class.h11 {
			bad, badAfter = h11BadFirst, h11BadAfter
		}
		check.Equal(h.t, "first", story(first), came(0, bad)+closed(0))
		check.Equal(h.t, "after an answer", story(after), came(0, hello)+came(1*second, badAfter)+closed(1*second))
		h.Logged("0s WARNING "+invalid, "0s begin /", "0s end /", "0s GET / HTTP/1.1 200", "1s WARNING "+invalid)
	})
}

// h11 parses what is pipelined when its turn comes, httptools at once: then the request before it gets no answer and no
// line in the log.
func TestBytesThatAreNoRequestBehindOneInWork(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=2s")+garbage)
		h.Run(hour)
		if h.class.h11 {
			check.Equal(h.t, "client", story(c), came(2*second, hello+h11BadAfter)+closed(2*second))
			h.Logged("0s begin /?for=2s", "2s end /?for=2s", "2s GET /?for=2s HTTP/1.1 200", "2s WARNING "+invalid)
			return
		}
		check.Equal(h.t, "client", story(c), came(0, httptoolsBad)+closed(0))
		h.Logged("0s WARNING "+invalid, "0s begin /?for=2s", "2s end /?for=2s")
	})
}

// After a last request h11 0.14.0 refuses at once; Uvicorn 0.54.0 ignores what arrived with it and sees only what
// arrives later.
func TestBytesBehindALastRequest(t *testing.T) {
	everywhere(t, func(h *house) {
		last := get("/?for=2s", "Connection: close")
		with, later := h.Send(0, last+get("/")), h.Send(0, last)
		h.Then(1*second, later, get("/"))
		h.Run(hour)
		c := "connection: close\n"
		if h.class.h11 {
			c = "Connection: close\n"
		}
		answered := came(2*second, reply("200 OK", "content-length: 7\ncontent-type: application/json\n"+c, `"hello"`)) + closed(2*second)
		want, wantLater := answered, answered
		if h.class.h11 {
			wantLater = came(1*second, h11BadLast) + closed(1*second)
			if h.class.old {
				want = came(0, h11BadLast) + closed(0)
			}
		}
		check.Equal(h.t, "in the same read", story(with), want)
		check.Equal(h.t, "in a later one", story(later), wantLater)
	})
}

// An HTTP/1.0 client gets no chunks.
func TestRefusalBehindAnOldRequest(t *testing.T) {
	for _, version := range []string{"0.9", "1.0"} {
		each(t, []class{h11021}, func(h *house) {
			c := h.Send(0, ask("GET /?for=1s HTTP/"+version)+garbage)
			h.Run(hour)
			check.Equal(h.t, "client of HTTP/"+version, story(c), came(0, h11BadFirst)+closed(0))
		})
	}
}

// An answer does not wait for the body; after that, the next request is awaited
// as ever.
func TestBytesThatAreNoRequestBehindALateBody(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, ask("POST /nope HTTP/1.1", "Content-Length: 3"))
		h.Then(1*second, c, "abc")
		h.Then(2*second, c, garbage)
		h.Run(hour)
		bad := httptoolsBad
		if h.class.h11 {
			bad = h11BadAfter
		}
		check.Equal(h.t, "client", story(c), came(0, notFound)+came(2*second, bad)+closed(2*second))
	})
}

// A body may prove malformed after its request was answered, while it is running, or in the read that brought it. In
// the first case h11 cannot answer any more; in the last one it can answer once, and the application fails.
func TestBadBody(t *testing.T) {
	everywhere(t, func(h *house) {
		const chunked = "Transfer-Encoding: chunked"
		answered, working := h.Send(0, get("/nope", chunked)), h.Send(0, get("/?for=9s", chunked))
		h.Then(1*second, answered, "zz\r\n")
		h.Then(1*second, working, "zz\r\n")
		h.Run(hour)
		bad, end := came(1*second, httptoolsBad), closed(1*second)
		want := came(0, notFound) + bad + end
		if h.class.h11 {
			bad = came(1*second, h11BadAfter)
			want = came(0, notFound) + end
		}
		check.Equal(h.t, "answered", story(answered), want)
		check.Equal(h.t, "running", story(working), bad+end)
		h.Lines = nil
		parsed := h.Send(hour, get("/nope", chunked)+"zz\r\n")
		h.Run(2 * hour)
		if h.class.h11 {
			check.Equal(h.t, "just parsed", story(parsed), came(hour, h11BadAfter)+closed(hour))
			h.Logged("1h0m0s WARNING "+invalid, "1h0m0s GET /nope HTTP/1.1 404",
				"1h0m0s ERROR h11._util.LocalProtocolError: can't handle event type Response when role=SERVER and state=MUST_CLOSE")
		}
	})
}
