package uvicorn_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// Heads that do not end are kept up to a bound for each connection and one for all: a connection that exceeds it is cut
// off, all others are served, and what clients have taken is free again when they leave. h11 has a bound of its own.
func TestHeadsThatDoNotEnd(t *testing.T) {
	const endless, mega = "GET / HTTP/1.1\r\nX: ", 1 << 20
	h := build(t, httptools054, eventloop.Uvloop023, func(s *uvicorn.Endpoint) { s.MaxBuffered = 8 * mega })
	small := h.Send(0, endless)
	huge := h.Send(0, endless+strings.Repeat("a", 17*mega))
	var hogs []*sim.Client
	for i := range 12 {
		hogs = append(hogs, h.Send(time.Duration(i+1)*time.Millisecond, endless+strings.Repeat("a", mega)))
	}
	h.Then(50*time.Millisecond, small, "small")
	other := h.Send(60*time.Millisecond, get("/"))
	h.Run(70 * time.Millisecond)
	check.Equal(t, "beyond the bound of one", huge.Ended != sim.Never, true)
	cut := 0
	for _, c := range hogs {
		if c.Ended != sim.Never {
			cut++
		}
	}
	check.Equal(t, "beyond the bound of all: cut off of 12", cut, 12-7)
	check.Equal(t, "a client with hardly anything", story(small), open)
	check.Equal(t, "who asks", status(other), "200")
	for _, c := range hogs {
		c.Close()
	}
	h.Run(80 * time.Millisecond)
	again := h.Send(90*time.Millisecond, endless+strings.Repeat("a", mega))
	h.Then(100*time.Millisecond, small, "\r\n\r\n")
	h.Run(110 * time.Millisecond)
	check.Equal(t, "a large one when the others have left", story(again), open)
	check.Equal(t, "a client with hardly anything, at its end", status(small), "200")
}

// A connection with a single endless head is closed at its own bound, whatever the bound for all heads
// is.
func TestHeadThatDoesNotEnd(t *testing.T) {
	const endless, mega = "GET / HTTP/1.1\r\nX: ", 1 << 20
	h := build(t, httptools054, eventloop.Uvloop023, func(s *uvicorn.Endpoint) { s.MaxBuffered = 100 * mega })
	large := h.Send(0, endless+strings.Repeat("a", 15*mega))
	huge := h.Send(0, endless+strings.Repeat("a", 17*mega))
	h.Run(0)
	check.Equal(t, "below the bound", large.Ended == sim.Never, true)
	check.Equal(t, "beyond it", huge.Ended != sim.Never, true)
}
