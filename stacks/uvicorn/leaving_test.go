package uvicorn_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
)

const millisecond = time.Millisecond

// A client that leaves, in either way, stops nothing: its request runs to the end and is not in the access log.
func TestClientThatLeaves(t *testing.T) {
	ways := map[string]func(*sim.Client){"half-close": (*sim.Client).CloseWrite, "reset": (*sim.Client).Abort}
	for name, leave := range ways {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(h *house) {
				c := h.Send(0, get("/?for=3s"))
				h.At(1*second, func() { leave(c) })
				h.At(2*second, func() {
					check.Equal(h.t, "connections", h.endpoint.Connections(), 0)
					check.Equal(h.t, "running requests", h.endpoint.Tasks, 1)
				})
				h.Run(hour)
				check.Equal(h.t, "answer", c.Text(), "")
				check.Equal(h.t, "ended", c.Ended, 1*second)
				check.Equal(h.t, "running requests in the end", h.endpoint.Tasks, 0)
				check.Equal(h.t, "requests answered", h.endpoint.Answered, 0)
				h.Logged("0s begin /?for=3s", "3s end /?for=3s")
			})
		})
	}
}

// An answer that is ready in the turn in which the client's end arrives is sent.
func TestHalfCloseBehindARequestThatIsAnsweredAtOnce(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/nope"))
		h.At(0, c.CloseWrite)
		h.Run(hour)
		check.Equal(h.t, "client", story(c), came(0, notFound)+closed(0))
		h.Logged("0s GET /nope HTTP/1.1 404")
	})
}

func TestEndOfAnIdleConnection(t *testing.T) {
	everywhere(t, func(h *house) {
		idle, silent, partial := h.Send(0, get("/")), h.Send(0, ""), h.Send(0, "GET /")
		for _, c := range []*sim.Client{idle, silent, partial} {
			h.At(1*second, c.CloseWrite)
		}
		h.Run(hour)
		check.Equal(h.t, "idle", story(idle), came(0, hello)+closed(1*second))
		check.Equal(h.t, "silent", story(silent), closed(1*second))
		check.Equal(h.t, "partial", story(partial), closed(1*second))
		check.Equal(h.t, "connections", h.endpoint.Connections(), 0)
	})
}

// A client that does not read: what fits the network leaves, up to 64 KiB wait
// in the process, and the next answer waits for room.
func TestClientThatDoesNotRead(t *testing.T) {
	const answers = 1000
	everywhere(t, func(h *house) {
		c := h.Send(0, "")
		c.StopReading(1000)
		var text strings.Builder
		for range answers {
			text.WriteString(get("/nope"))
		}
		h.Then(0, c, text.String())
		h.At(3*second, func() {
			stuck := h.endpoint.Answered
			check.Equal(h.t, "some were answered, not all", stuck > 0 && stuck < answers, true)
			unsent := stuck*len(notFound) - 1000
			check.Equal(h.t, "written and not sent: just above 64 KiB", unsent > 65536 && unsent <= 65536+len(notFound), true)
		})
		h.At(4*second, c.StartReading)
		h.Run(hour)
		check.Equal(h.t, "answered when it reads", h.endpoint.Answered, answers)
		check.Equal(h.t, "bytes", len(c.Text()), answers*len(notFound))
		check.Equal(h.t, "ended", c.Ended, 9*second)
	})
}
