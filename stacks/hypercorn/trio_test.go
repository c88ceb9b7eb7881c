package hypercorn_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks/hypercorn"
)

// coin always falls on one side: 1 reverses a turn's order.
type coin uint64

func (c coin) Uint64() uint64 { return uint64(c) }

// onTrio runs a test for each version on trio, once for each side of its coin.
func onTrio(t *testing.T, test func(h *house, reversed bool)) {
	t.Helper()
	for name, b := range map[string]hypercorn.Version{"0.14.3": hypercorn.H11v0143, "0.18.0": hypercorn.H11v0180} {
		for side, turns := range []string{"in order", "reversed"} {
			t.Run(name+", "+turns, func(t *testing.T) {
				h := build(t, b.OnTrio(), eventloop.Trio, name == "0.14.3")
				h.Run(0)
				h.Loop.Random = rand.New(coin(side))
				test(h, side == 1)
			})
		}
	}
}

// A connection lives on trio as it does elsewhere.
func TestAConnectionOnTrio(t *testing.T) {
	onTrio(t, func(h *house, _ bool) {
		c := h.Send(0, get("/?for=7s"))
		h.At(9*time.Second, func() { c.Send(get("/x") + get("/?for=1s")) })
		h.At(12*time.Second, func() { c.Send("GET") })
		malformed := h.Send(0, "what\r\n\r\n")
		h.Run(time.Minute)
		check.Equal(h.t, "client", story(c), "7s 200 \n9s 404 \n10s 200 \n15s closed")
		check.Equal(h.t, "malformed", story(malformed), "0s 400 connection: close\n0s closed")
	})
}

// turns makes every turn take a second from a moment on.
func (h *house) turns(at time.Duration, n int) {
	var turn eventloop.Func
	turn = func() {
		h.Loop.Block(time.Second)
		if n--; n > 0 {
			h.Loop.Soon(turn)
		}
	}
	h.At(at, func() { h.Soon(turn) })
}

// A write is two checkpoints: if other steps block the loop, a body leaves two turns after its head.
func TestAHeadLeavesBeforeItsBody(t *testing.T) {
	onTrio(t, func(h *house, _ bool) {
		c := h.Send(0, get("/?for=2s"))
		h.turns(2*time.Second, 12)
		h.Run(time.Minute)
		if len(c.Pieces) != 2 || !strings.HasSuffix(c.Pieces[0].Text, "\r\n\r\n") || c.Pieces[1].Text != "hello" {
			t.Fatalf("wanted a head and then a body, got %q", c.Pieces)
		}
		check.Equal(h.t, "from one to the other", fmt.Sprint(c.Pieces[1].At-c.Pieces[0].At), "2s")
	})
}

// A connection whose idle time passed while the loop was blocked is closed although its next request has arrived; the
// coin decides whether that has been read by then.
func TestTheIdleTimerOvertakesARequest(t *testing.T) {
	onTrio(t, func(h *house, reversed bool) {
		c := h.Send(0, get("/x"))
		h.At(time.Second, func() { h.Soon(func() { h.Loop.Block(8 * time.Second) }) })
		h.At(7*time.Second, func() { c.Send(get("/?for=1s")) })
		h.Run(time.Minute)
		began := strings.Contains(strings.Join(h.Lines, "\n"), "begin")
		check.Equal(h.t, "begun", fmt.Sprint(began), fmt.Sprint(!reversed))
		if reversed {
			check.Equal(h.t, "client", story(c), "0s 404 \n9s reset")
		} else {
			check.Equal(h.t, "client", story(c), "0s 404 \n9s closed")
		}
	})
}

// A half-closed idle connection is closed when its idle time has passed: the idle task belongs to the connection.
func TestHalfClosedOnTrio(t *testing.T) {
	onTrio(t, func(h *house, _ bool) {
		idle := h.Send(0, "")
		h.At(time.Second, idle.CloseWrite)
		working := h.Send(0, get("/?for=2s"))
		h.At(time.Second, working.CloseWrite)
		h.Run(time.Minute)
		check.Equal(h.t, "idle", story(idle), "5s closed")
		check.Equal(h.t, "running", story(working), "2s 200 \n2s closed")
	})
}

// A cancelled request gets no answer; one that runs in a thread ends with its work.
func TestCancelledOnTrio(t *testing.T) {
	onTrio(t, func(h *house, _ bool) {
		working, waiting := h.Send(0, get("/?for=4s")), h.Send(0, get("/?for=1h"))
		h.At(2*time.Second, func() {
			h.Soon(func() {
				h.endpoint.Cancel(func(x http1.Exchange) bool { return x.Query() == "for=4s" })
			})
		})
		h.Run(time.Minute)
		check.Equal(h.t, "running", story(working), "4s closed")
		check.Equal(h.t, "in line", story(waiting), "2s closed")
		check.Equal(h.t, "tasks left", fmt.Sprint(h.endpoint.Tasks()), "0")
	})
}
