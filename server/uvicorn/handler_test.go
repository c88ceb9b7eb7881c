package uvicorn_test

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/target-server/target-server/server/uvicorn"
)

// Any http.Handler can be served; what it writes leaves as net/http would have
// it, in Uvicorn's spelling.
func TestForeignHandler(t *testing.T) {
	const length0 = "content-length: 0\n"
	tests := []struct {
		name, method string
		handler      http.HandlerFunc
		want         string
	}{
		{"nothing", "GET", func(http.ResponseWriter, *http.Request) {}, reply("200 OK", length0, "")},
		{"body", "GET", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "a")
			_, _ = io.WriteString(w, "bc")
		}, reply("200 OK", "content-length: 3\n", "abc")},
		{"status and headers", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Second", "2")
			w.Header().Add("X-First", "1")
			w.Header().Add("X-First", "one")
			w.WriteHeader(http.StatusTeapot)
		}, reply("418 I'm a Teapot", length0+"x-first: 1\nx-first: one\nx-second: 2\n", "")},
		{"the first status counts", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusAccepted)
			w.WriteHeader(http.StatusNotFound)
			w.Header().Set("Too", "late")
		}, reply("202 Accepted", length0, "")},
		{"writing says 200", "GET", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "abc")
			w.WriteHeader(http.StatusNotFound)
		}, reply("200 OK", "content-length: 3\n", "abc")},
		{"informational", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusCreated)
		}, reply("201 Created", length0, "")},
		{"its own length and framing", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			w.Header().Set("Transfer-Encoding", "chunked")
			_, _ = io.WriteString(w, "abc")
		}, reply("200 OK", "content-length: 3\n", "abc")},
		{"HEAD with a length", "HEAD", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
		}, reply("200 OK", "content-length: 99\n", "")},
		{"HEAD with a body", "HEAD", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "abc")
		}, reply("200 OK", "content-length: 3\n", "")},
		{"no content", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
			if _, err := io.WriteString(w, "abc"); !errors.Is(err, http.ErrBodyNotAllowed) {
				_, _ = io.WriteString(w, "wanted an error")
			}
		}, reply("204 No Content", "", "")},
		{"what it sees", "GET", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, r.Method+" "+r.URL.Path+" "+r.URL.RawQuery+" "+r.Host+" "+r.Proto+" "+r.RequestURI+" "+r.Header.Get("x-a"))
		}, reply("200 OK", "content-length: 43\n", "GET /a b x=%20 x HTTP/1.1 /a%20b?x=%20 1, 2")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			everywhere(t, func(h *house) {
				c := h.send(0, ask(test.method+" /a%20b?x=%20 HTTP/1.1", "X-A: 1, 2"))
				h.Run(hour)
				equal(h.t, "client", story(c), came(0, test.want)+closed(5*second))
			}, func(s *uvicorn.Service) { s.Handler = test.handler })
		})
	}
}

// A handler that says "close" closes; what counts as saying so differs.
func TestHandlerThatCloses(t *testing.T) {
	everywhere(t, func(h *house) {
		c, asked := h.send(0, get("/")), h.send(0, get("/", "Connection: close"))
		h.Run(hour)
		want := reply("200 OK", "content-length: 0\nconnection: Close\n", "")
		equal(h.t, "client", story(c), came(0, want)+closed(0))
		switch {
		case h.class.h11:
			want = reply("200 OK", "content-length: 0\nConnection: close\n", "")
		case h.class.old:
			want = reply("200 OK", "content-length: 0\nconnection: Close\nconnection: close\n", "")
		}
		equal(h.t, "client that asks for it too", story(asked), came(0, want)+closed(0))
	}, func(s *uvicorn.Service) {
		s.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "Close") })
	})
}

// Python's names of the status codes, where they are not Go's.
func TestStatusLineIsPythons(t *testing.T) {
	for status, want := range map[int]string{
		200: "200 OK", 414: "414 Request-URI Too Long", 418: "418 I'm a Teapot", 422: "422 Unprocessable Entity", 599: "599 ",
	} {
		each(t, []class{h11054, httptools054}, func(h *house) {
			c := h.send(0, get("/"))
			h.Run(1 * second)
			equal(h.t, "client", c.Text(), reply(want, "content-length: 0\n", ""))
		}, func(s *uvicorn.Service) {
			s.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		})
	}
}
