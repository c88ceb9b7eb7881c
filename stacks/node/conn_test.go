package node_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
)

const second = time.Second

// All that is pipelined runs at once; answers leave in the order of the requests.
func TestPipelinedRequestsRunAtOnce(t *testing.T) {
	each(t, func(h *house, _ version) {
		c := h.Send(0, get("/?id=a&for=3s")+get("/?id=b&for=1s")+get("/x"))
		h.Run(4 * second)
		h.saw(c, "200 hello #a@3s 200 hello #b@3s 404 Not Found@3s")
		h.Logged("0s begin a", "0s begin b", "1s end b", "3s end a")
	})
}

// The first answer of a piece leaves at once, the others when all of it is parsed.
func TestBlockedPipelineLeavesInTwo(t *testing.T) {
	each(t, func(h *house, _ version) {
		c := h.Send(0, get("/block?id=a&for=1s")+get("/block?id=b&for=1s")+get("/block?id=c&for=1s"))
		h.Run(4 * second)
		h.saw(c, "200 hello #a@1s 200 hello #b@3s 200 hello #c@3s")
	})
}

// A malformed request is answered in place of one that is running, but not after an answer of the same read.
func TestRefusals(t *testing.T) {
	tests := []struct{ name, first, then, want18, want26 string }{
		{name: "alone", first: "nonsense\r\n\r\n", want18: "400@0s end@0s"},
		{name: "after one that is running", first: get("/?for=1s") + "nonsense\r\n\r\n", want18: "400@0s end@0s"},
		{name: "in the same read as a 404", first: get("/x") + "nonsense\r\n\r\n", want18: "404 Not Found@0s end@0s"},
		{name: "after a 404", first: get("/x"), then: "nonsense\r\n\r\n", want18: "404 Not Found@0s 400@1s end@1s"},
		{name: "too long a head", first: "GET /" + strings.Repeat("a", 17000), want18: "431@0s end@0s"},
		{name: "CONNECT", first: "CONNECT a:1 HTTP/1.1\r\n\r\n", want18: "end@0s"},
		{
			name: "no host", first: "GET /x HTTP/1.1\r\n\r\n", want18: "404 Not Found@0s",
			want26: "400 0@0s end@0s",
		},
		{
			name: "after the last", first: "GET /?id=a&for=2s HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n" + get("/x"),
			want18: "200 hello #a@2s end@2s", want26: "400@0s end@0s",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(h *house, v version) {
				c := h.Send(0, test.first)
				if test.then != "" {
					h.At(second, func() { c.Send(test.then) })
				}
				h.Run(4 * second)
				want := test.want18
				if v.name == v26.name && test.want26 != "" {
					want = test.want26
				}
				h.saw(c, want)
			})
		})
	}
}

// Bytes on an idle connection end its keep-alive time or restart it; since 24.6 it is a second longer than announced.
func TestIdleConnections(t *testing.T) {
	tests := []struct{ name, then, want18, want26 string }{
		{name: "silent", want18: "404 Not Found@0s end@5s", want26: "404 Not Found@0s end@6s"},
		{name: "a line end", then: "\r\n", want18: "404 Not Found@0s", want26: "404 Not Found@0s end@9s"},
		{name: "half a head", then: "GET", want18: "404 Not Found@0s", want26: "404 Not Found@0s end@9s"},
		{
			name: "another request", then: get("/y"),
			want18: "404 Not Found@0s 404 Not Found@3s end@8s", want26: "404 Not Found@0s 404 Not Found@3s end@9s",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(h *house, v version) {
				c := h.Send(0, get("/x"))
				h.At(3*second, func() { c.Send(test.then) })
				h.Run(50 * second)
				h.saw(c, map[string]string{v18.name: test.want18, v26.name: test.want26}[v.name])
			})
		})
	}
}

// Slow requests are looked for twice a minute.
func TestSlowRequests(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"silent", "", "408@1m30s end@1m30s"},
		{"half a head", "GET / HT", "408@1m30s end@1m30s"},
		{"half a body of a running one", "POST /?for=1h HTTP/1.1\r\nHost: lab\r\nContent-Length: 2\r\n\r\na", "408@5m30s end@5m30s"},
		{"running", get("/?for=1h"), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(h *house, _ version) {
				c := h.Send(second, test.text)
				h.Run(20 * time.Minute)
				h.saw(c, test.want)
			})
		})
	}
}

// A half-closed client gets only answers that are already on their way.
func TestHalfClosed(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing sent", "", "end@1s"},
		{"running", get("/?id=a&for=2s"), "end@1s"},
		{"half a head", "GET /", "400@1s end@1s"},
		{"half a body, running", "POST /?for=2s HTTP/1.1\r\nHost: lab\r\nContent-Length: 2\r\n\r\na", "400@1s end@1s"},
		{"idle", get("/x"), "404 Not Found@0s end@1s"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(h *house, _ version) {
				c := h.Send(0, test.text)
				h.At(second, c.CloseWrite)
				h.Run(4 * second)
				h.saw(c, test.want)
				if n := h.server.Connections(); n != 0 {
					t.Errorf("%d connections are left", n)
				}
			})
		})
	}
}

// A body that the program does not read stays in the kernel until its request is answered.
func TestUnreadBody(t *testing.T) {
	const size = 1 << 20
	each(t, func(h *house, v version) {
		c := h.Send(0, "POST /?id=a&for=2s HTTP/1.1\r\nHost: lab\r\nContent-Length: 1048576\r\n\r\n"+strings.Repeat("x", size)+get("/y"))
		h.At(second, func() {
			if taken := size - c.Unread(); taken > v.version.HighWater+2*v.flavour.ReadSize {
				t.Errorf("%d bytes of the body were read", taken)
			}
		})
		h.Run(3 * second)
		h.saw(c, "200 hello #a@2s 404 Not Found@2s")
	})
}

// Too many answers that wait for their turn stop the reading.
func TestFloodBehindOneInWork(t *testing.T) {
	const many = 5000
	each(t, func(h *house, _ version) {
		flood := get("/?id=a&for=2s") + strings.Repeat(get("/x"), many)
		c := h.Send(0, flood)
		h.At(second, func() {
			if c.Unread() == 0 {
				t.Error("all was read, whatever the size of what waits")
			}
		})
		h.Run(3 * second)
		if got := strings.Count(c.Text(), "404 Not Found"); got != many {
			t.Errorf("%d of %d were answered", got, many)
		}
	})
}

// White space before a value does not count towards a head's size, but is not kept without limit either.
func TestEndlessWhiteSpaceIsCutOff(t *testing.T) {
	each(t, func(h *house, _ version) {
		c := h.Send(0, "GET / HTTP/1.1\r\nX:")
		for i := range 100 {
			h.At(time.Duration(i)*10*time.Millisecond, func() { c.Send(strings.Repeat(" ", 32<<10)) })
		}
		h.Run(2 * second)
		if c.Ended == sim.Never || len(c.Pieces) > 0 {
			t.Errorf("wanted an end without a word, got %q and an end at %v", c.Text(), c.Ended)
		}
	})
}

// An answer's date is that of its second, or older if the loop was blocked.
func TestDateOfABlockedLoop(t *testing.T) {
	each(t, func(h *house, _ version) {
		a := h.Send(0, get("/x")+get("/block?for=3s")+get("/y"))
		h.Run(4 * second)
		if got := strings.Count(a.Text(), "Date: Sat, 18 Mar 2023 12:00:00 GMT"); got != 3 {
			t.Errorf("wanted three dates of the first second, got\n%s", a.Text())
		}
	})
}
