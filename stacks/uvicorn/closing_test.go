package uvicorn_test

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// What a request says of its connection, and what each class makes of it: the
// line in the answer, and whether the connection is closed after it.
func TestConnectionHeader(t *testing.T) {
	const (
		lower, title = "connection: close\n", "Connection: close\n"
		stays        = "stays"
	)
	tests := []struct {
		name, request                string
		h11, httptools021, httptools string
	}{
		{"nothing", get("/"), stays, stays, stays},
		{"close", get("/", "Connection: close"), title, lower, lower},
		{"name in capitals", get("/", "CONNECTION: close"), title, lower, lower},
		{"value in title case", get("/", "Connection: Close"), title, stays, lower},
		{"list", get("/", "Connection: keep-alive, close"), title, stays, lower},
		{"1.0", ask("GET / HTTP/1.0"), title, "", lower},
		{"1.0 keep-alive", ask("GET / HTTP/1.0", "Connection: keep-alive"), title, "", lower},
		{"1.0 close", ask("GET / HTTP/1.0", "Connection: close"), title, lower, lower},
		{"2.0", ask("GET / HTTP/2.0"), stays, stays, lower},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			everywhere(t, func(h *house) {
				line := test.httptools
				switch {
				case h.class.h11:
					line = test.h11
				case h.class.old:
					line = test.httptools021
				}
				c := h.Send(0, test.request)
				h.Run(hour)
				want := came(0, hello) + closed(5*second)
				if line != stays {
					want = came(0, reply("200 OK", "content-length: 7\ncontent-type: application/json\n"+line, `"hello"`)) + closed(0)
				}
				check.Equal(h.t, "client", story(c), want)
			})
		})
	}
}

// The status line says 1.1 whatever was asked for; the log says what was.
func TestVersionOfTheAnswer(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, ask("GET /nope HTTP/1.0"))
		h.Run(hour)
		check.Equal(h.t, "status line", c.Text()[:len("HTTP/1.1 404")], "HTTP/1.1 404")
		h.Logged("0s GET /nope HTTP/1.0 404")
	})
}

func TestHead(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, ask("HEAD /nope HTTP/1.1")+get("/nope"))
		h.Run(hour)
		head := reply("404 Not Found", "content-length: 22\ncontent-type: application/json\n", "")
		check.Equal(h.t, "client", story(c), came(0, head+notFound)+closed(5*second))
	})
}

// A request to upgrade is treated as an ordinary one; httptools drops the bytes that came with it. If
// the Connection field also has "close", h11 reads no further, so that bytes sent meanwhile cause a
// reset when the server closes.
func TestUpgradeThatIsNotServed(t *testing.T) {
	upgrade := get("/?for=1s", "Connection: upgrade", "Upgrade: foo")
	everywhere(t, func(h *house) {
		with, later := h.Send(0, upgrade+get("/nope")), h.Send(0, upgrade)
		h.Then(500*millisecond, later, get("/nope"))
		h.Run(hour)
		both := came(1*second, hello+notFound) + closed(6*second)
		check.Equal(h.t, "a request after it, later", story(later), both)
		if !h.class.h11 {
			both = came(1*second, hello) + closed(6*second)
		}
		check.Equal(h.t, "a request after it, in the same read", story(with), both)
	})
	each(t, []class{h11021, h11054}, func(h *house) {
		c := h.Send(0, get("/?for=1s", "Connection: upgrade, close", "Upgrade: foo"))
		h.Then(500*millisecond, c, get("/nope"))
		h.Run(hour)
		check.Equal(h.t, "left in the kernel", c.Unread() > 0 && c.Reset, true)
	})
}
