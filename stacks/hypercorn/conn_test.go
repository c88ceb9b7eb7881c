package hypercorn_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
)

// Only a whole request stops the idle timer, which starts with the connection.
func TestIdleConnectionsEnd(t *testing.T) {
	for name, text := range map[string]string{"nothing": "", "half a head": "GET / HTTP/1.1\r\nHo"} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(h *house) {
				c := h.Send(time.Second, text)
				h.At(3*time.Second, func() { c.Send("") })
				h.Run(time.Minute)
				check.Equal(h.t, "client", story(c), "6s closed")
			})
		})
	}
}

func TestIdleTimeRunsAnewFromTheAnswer(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=7s"))
		h.At(9*time.Second, func() { c.Send(get("/x")) })
		h.At(11*time.Second, func() { c.Send("GET") })
		h.Run(time.Minute)
		check.Equal(h.t, "client", story(c), "7s 200 \n9s 404 \n14s closed")
	})
}

// A request that arrives while the loop is blocked beyond the idle time is served.
func TestARequestOvertakesTheIdleTimer(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/x"))
		h.At(time.Second, func() { h.Soon(func() { h.Loop.Block(8 * time.Second) }) })
		h.At(7*time.Second, func() { c.Send(get("/x")) })
		h.Run(12 * time.Second)
		check.Equal(h.t, "client", story(c), "0s 404 \n9s 404 \nopen")
	})
}

func TestHalfClosed(t *testing.T) {
	everywhere(t, func(h *house) {
		working := h.Send(0, get("/?for=2s"))
		h.At(time.Second, working.CloseWrite)
		idle := h.Send(0, "")
		h.At(time.Second, idle.CloseWrite)
		broken := h.Send(0, "GET / HT")
		h.At(time.Second, broken.CloseWrite)
		h.Run(time.Minute)
		check.Equal(h.t, "running", story(working), "2s 200 \n2s closed")
		check.Equal(h.t, "idle", story(idle), h.by("1s closed", "5s closed"))
		check.Equal(h.t, "half a head", story(broken), "1s 400 connection: close\n1s closed")
		check.Equal(h.t, "log", strings.Join(h.Lines, "\n"),
			"0s begin /?for=2s\n"+h.by("", "1s GET /?for=2s HTTP/1.1 0\n")+"2s end /?for=2s\n2s GET /?for=2s HTTP/1.1 200")
	})
}

// A client that has reset is not answered; the newer version logs its request twice.
func TestReset(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=2s"))
		h.At(time.Second, c.Abort)
		h.Run(time.Minute)
		check.Equal(h.t, "log", strings.Join(h.Lines, "\n"), h.by(
			"0s begin /?for=2s\n2s end /?for=2s",
			"0s begin /?for=2s\n1s GET /?for=2s HTTP/1.1 0\n2s end /?for=2s\n2s GET /?for=2s HTTP/1.1 200"))
		if n := h.endpoint.Tasks(); n != 0 {
			t.Errorf("%d tasks are left", n)
		}
	})
}

func TestPipelined(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=1s")+get("/?for=2s")+"rubbish\r\n\r\n")
		h.Run(time.Minute)
		check.Equal(h.t, "client", story(c), "1s 200 \n3s 200 \n3s 400 connection: close\n3s closed")
	})
}

// What follows a last request is parsed at once, and the answer to that request is never sent.
func TestRubbishBehindTheLastRequest(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=1s", "Connection: close")+"rubbish")
		h.Run(time.Minute)
		check.Equal(h.t, "client", story(c), "0s 400 Connection: close\n0s closed")
	})
}

// Ten messages fill a request's queue, which no handler reads: then the next request is not read, and the connection is
// not closed either.
func TestAFullQueueHangs(t *testing.T) {
	everywhere(t, func(h *house) {
		var clients []*sim.Client
		for _, n := range []int{8, 9, 10} {
			head := "GET /?for=1s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
			clients = append(clients, h.Send(0, head+strings.Repeat("1\r\nx\r\n", n)+"0\r\n\r\n"))
		}
		h.Run(time.Minute)
		check.Equal(h.t, "eight", story(clients[0]), "1s 200 \n6s closed")
		check.Equal(h.t, "nine", story(clients[1]), "1s 200 \nopen")
		check.Equal(h.t, "ten", story(clients[2]), "1s 200 \nopen")
	})
}

func TestTheLastRequestOfAConnection(t *testing.T) {
	everywhere(t, func(h *house) {
		h.Run(0)
		if h.endpoint.Version.KeepAliveRequests > 0 {
			h.endpoint.Version.KeepAliveRequests = 2
		}
		c := h.Send(time.Second, get("/x")+get("/x")+get("/x"))
		h.Run(3 * time.Second)
		check.Equal(h.t, "client", story(c),
			h.by("1s 404 \n1s 404 \n1s 404 \nopen", "1s 404 \n1s 404 connection: close\n1s closed"))
	})
}

func TestTerminated(t *testing.T) {
	everywhere(t, func(h *house) {
		idle, working := h.Send(0, ""), h.Send(0, get("/?for=2s"))
		pipelined := h.Send(0, get("/?for=2s")+get("/x"))
		h.At(time.Second, func() { h.Soon(h.endpoint.Terminate) })
		h.Run(4 * time.Second)
		check.Equal(h.t, "idle", story(idle), "1s closed")
		check.Equal(h.t, "running", story(working), "2s 200 \n2s closed")
		check.Equal(h.t, "with another pipelined", story(pipelined), "2s 200 \n2s closed")
	})
}

// A cancelled request gets an empty 500.
func TestCancelled(t *testing.T) {
	everywhere(t, func(h *house) {
		working, left := h.Send(0, get("/?for=1h")), h.Send(0, get("/?for=1h"))
		h.At(time.Second, left.Abort)
		h.At(2*time.Second, func() {
			h.Soon(func() { h.endpoint.Cancel(func(http1.Exchange) bool { return false }) })
		})
		h.Run(time.Minute)
		check.Equal(h.t, "running", story(working), "2s 500 connection: close\n2s closed")
		if n := h.endpoint.Tasks(); n != 0 {
			t.Errorf("%d tasks are left", n)
		}
	})
}

// A client that has reset before the task begins is not served, and costs nothing.
func TestResetBeforeTheTaskBegins(t *testing.T) {
	everywhere(t, func(h *house) {
		h.Run(0)
		h.Soon(func() { h.Loop.Block(time.Second) })
		c := h.Send(500*time.Millisecond, get("/"))
		h.At(600*time.Millisecond, c.Abort)
		h.Run(time.Minute)
		check.Equal(h.t, "log", strings.Join(h.Lines, "\n"), "")
		if n := h.endpoint.Tasks() + h.endpoint.Connections(); n != 0 {
			t.Errorf("%d tasks and connections are left", n)
		}
	})
}
