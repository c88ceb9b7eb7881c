package uvicorn_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// lastHello is the hello of a request that is running when the end is asked for: only
// httptools of 0.54.0 says that it closes.
func (h *house) lastHello() string {
	if h.class.h11 || h.class.old {
		return hello
	}
	return reply("200 OK", "content-length: 7\ncontent-type: application/json\nconnection: close\n", `"hello"`)
}

func TestShutdownClosesIdleConnectionsAndBusyOnesAfterTheirAnswer(t *testing.T) {
	everywhere(t, func(h *house) {
		idle, silent, partial := h.Send(0, get("/nope")), h.Send(0, ""), h.Send(0, "GET /")
		busy, bodiless := h.Send(0, get("/?for=3s")), h.Send(0, get("/?for=3s", "Content-Length: 3"))
		h.At(1*second, func() { h.Soon(h.endpoint.Shutdown) })
		h.Run(hour)
		check.Equal(h.t, "idle", story(idle), came(0, notFound)+closed(1*second))
		check.Equal(h.t, "silent", story(silent), closed(1*second))
		check.Equal(h.t, "partial", story(partial), closed(1*second))
		check.Equal(h.t, "busy", story(busy), came(3*second, h.lastHello())+closed(3*second))
		check.Equal(h.t, "busy, its body owed", story(bodiless), came(3*second, h.lastHello())+closed(3*second))
	})
}

// The newest request that was parsed is the last: h11 has not seen the second.
func TestShutdownWithPipelinedRequests(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=3s")+get("/?for=3s"))
		h.At(1*second, func() { h.Soon(h.endpoint.Shutdown) })
		h.Run(hour)
		want := came(3*second, hello) + closed(3*second)
		if !h.class.h11 {
			want = came(3*second, hello) + came(6*second, h.lastHello()) + closed(6*second)
		}
		check.Equal(h.t, "client", story(c), want)
	})
}

// Cancelling answers the requests whose clients are connected; handlers that continue have no further
// effect, and requests pipelined after them are dropped.
func TestCancel(t *testing.T) {
	failed := document(500, "Internal Server Error")
	failed.Lines = append(failed.Lines, lines("connection", "close")...)
	everywhere(t, func(h *house) {
		busy, idle, gone := h.Send(0, get("/?for=3s&busy")), h.Send(0, get("/nope")), h.Send(0, get("/?for=3s&gone"))
		piped := h.Send(0, get("/?for=3s&piped")+get("/?for=3s"))
		h.At(1*second, gone.CloseWrite)
		h.At(2*second, func() {
			h.Soon(func() { h.endpoint.Cancel(failed, func(c *uvicorn.Cycle) string { return c.Target() }) })
		})
		h.Run(hour)
		want := came(2*second, reply("500 Internal Server Error",
			"content-length: 21\ncontent-type: application/json\nconnection: close\n", "Internal Server Error")) + closed(2*second)
		check.Equal(h.t, "busy", story(busy), want)
		check.Equal(h.t, "pipelined", story(piped), want)
		check.Equal(h.t, "idle", story(idle), came(0, notFound)+closed(5*second))
		check.Equal(h.t, "gone", story(gone), closed(1*second))
		check.Equal(h.t, "running requests", h.endpoint.Tasks, 0)
		logged := map[string]bool{}
		for _, l := range h.Lines {
			logged[l] = true
		}
		for _, name := range []string{"busy", "gone", "piped"} {
			check.Equal(h.t, name+" is logged as failed", logged["2s ERROR /?for=3s&"+name], true)
		}
		check.Equal(h.t, "and answered",
			logged["2s GET /?for=3s&busy HTTP/1.1 500"] && !logged["2s GET /?for=3s&gone HTTP/1.1 500"], true)
	})
}

// Cancelling has no effect on a request that has ended (on asyncio it has had its step by then), nor on the next one,
// which its client sends as soon as it has the answer. A task that has not had its first step (uvloop) never has it and
// does not answer: a coroutine that has not begun sees no CancelledError.
func TestCancelAtTheFirstStep(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, "")
		h.Then(1*second, c, get("/nope"))
		h.At(1*second, func() {
			h.Soon(func() { h.endpoint.Cancel(document(500, ""), func(*uvicorn.Cycle) string { return "cancelled" }) })
		})
		c.Changed = func() {
			if len(c.Pieces) == 1 {
				c.Changed = func() {}
				c.Send(get("/nope"))
			}
		}
		h.Run(hour)
		check.Equal(h.t, "running requests", h.endpoint.Tasks, 0)
		if !h.flavour.QueuesEvents {
			check.Equal(h.t, "client", story(c), open)
			h.Logged()
			return
		}
		check.Equal(h.t, "client", story(c), came(1*second, notFound+notFound)+closed(6*second))
		h.Logged("1s GET /nope HTTP/1.1 404", "1s GET /nope HTTP/1.1 404")
	})
}

// Answered and Tasks are what --limit-max-requests and the shutdown go by.
func TestCountsOfAService(t *testing.T) {
	everywhere(t, func(h *house) {
		h.Send(0, get("/?for=2s")+get("/nope"))
		h.Send(0, get("/?for=1s", "Connection: close"))
		h.Send(0, garbage)
		left := h.Send(0, get("/?for=9s"))
		h.At(1*millisecond, left.CloseWrite)
		type counts struct{ connections, tasks, served int }
		var got []counts
		for _, at := range []int{0, 1, 2, 9} {
			h.At(time.Duration(at)*second+500*millisecond, func() {
				got = append(got, counts{h.endpoint.Connections(), h.endpoint.Tasks, h.endpoint.Answered})
			})
		}
		h.Run(hour)
		for i, want := range []counts{{2, 3, 0}, {1, 2, 1}, {1, 1, 3}, {0, 0, 3}} {
			if i < len(got) {
				check.Equal(h.t, "at "+strings.Fields("0.5s 1.5s 2.5s 9.5s")[i], got[i], want)
			}
		}
	})
}

// Any connection that closes leaves the set.
func TestConnectionsComeAndGo(t *testing.T) {
	everywhere(t, func(h *house) {
		var clients []*sim.Client
		for range 10 {
			clients = append(clients, h.Send(0, ""))
		}
		for i, c := range []int{3, 9, 0, 5, 1} {
			h.At(time.Duration(i+1)*second, clients[c].CloseWrite)
		}
		h.At(7*second, func() { check.Equal(h.t, "connections", h.endpoint.Connections(), 5) })
		h.At(8*second, func() { h.Soon(h.endpoint.Shutdown) })
		h.Run(hour)
		check.Equal(h.t, "connections in the end", h.endpoint.Connections(), 0)
		for i, c := range clients {
			if c.Ended == sim.Never {
				t.Errorf("client %d: still open (alone: %s)", i, check.Alone(t))
			}
		}
	})
}
