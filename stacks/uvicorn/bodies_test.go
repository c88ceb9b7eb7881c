package uvicorn_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
)

// A body that no handler reads is taken in until more than 64 KiB of it are
// there, and left in the kernel from then on. The answer lets it drain, and the
// connection stays of use.
func TestBodyThatNobodyReads(t *testing.T) {
	const size = 1_000_000
	everywhere(t, func(h *house) {
		head := get("/?for=2s", "Content-Length: 1000000")
		c := h.Send(0, head+strings.Repeat("x", size))
		var unread, drained int
		h.At(1*second, func() { unread = c.Unread() })
		h.At(3*second, func() { drained = c.Unread() })
		h.Then(4*second, c, get("/nope"))
		h.Run(hour)
		oneRead := h.flavour.ReadSize
		check.Equal(h.t, "left in the kernel", unread, len(head)+size-oneRead)
		check.Equal(h.t, "after the answer", drained, 0)
		check.Equal(h.t, "client", story(c), came(2*second, hello)+came(4*second, notFound)+closed(9*second))
	})
}

func TestBodyOf64KiBDoesNotStopReading(t *testing.T) {
	everywhere(t, func(h *house) {
		unread := map[int]int{}
		for _, size := range []int{65536, 65537} {
			c := h.Send(0, get("/?for=9s", "Content-Length: 70000")+strings.Repeat("x", size))
			h.Then(1*second, c, "xxx")
			h.At(2*second, func() { unread[size] = c.Unread() })
		}
		h.Run(hour)
		check.Equal(h.t, "left after 64 KiB", unread[65536], 0)
		check.Equal(h.t, "left after one byte more", unread[65537], 3)
	})
}

// A large body whose request has been answered without it is just read.
func TestBodyThatComesBehindItsAnswer(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, ask("POST /nope HTTP/1.1", "Content-Length: 1000000"))
		h.Then(1*second, c, strings.Repeat("x", 1_000_000)+get("/"))
		h.Run(hour)
		check.Equal(h.t, "client", story(c), came(0, notFound)+came(1*second, hello)+closed(6*second))
	})
}

// None of our handlers reads the body, so no client gets 100 Continue.
func TestExpectIsNotAnswered(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, ask("POST /nope HTTP/1.1", "Expect: 100-continue", "Content-Length: 3"))
		h.Run(hour)
		check.Equal(h.t, "client", story(c), came(0, notFound)+closed(5*second))
	})
}

// asyncio and uvloop 0.23 send head and body apart, uvloop 0.17 in one segment.
func TestSegmentsOfAnAnswer(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=1s"))
		h.Run(2 * second)
		want := 2
		if h.flavour.HoldsWrites {
			want = 1
		}
		check.Equal(h.t, "segments", len(c.Pieces), want)
		check.Equal(h.t, "client", story(c), came(1*second, hello)+open)
	})
}

// The date is that of the moment at which a request was parsed, however long
// the answer takes.
func TestDateOfAnAnswer(t *testing.T) {
	dated := func(date, text string) string { return strings.Replace(text, "date: D", "date: "+date, 1) }
	everywhere(t, func(h *house) {
		for at := time.Duration(0); at < 5*second; at += second {
			h.At(at, func() {
				h.endpoint.SetDefaults(lines("date", at.String(), "server", "uvicorn")...)
			})
		}
		slow, quick := h.Send(1500*millisecond, get("/?for=2s")), h.Send(3700*millisecond, get("/nope"))
		piped := h.Send(1500*millisecond, get("/?for=2s")+get("/nope"))
		h.Run(10 * second)
		check.Equal(h.t, "slow", slow.Text(), dated("1s", hello))
		check.Equal(h.t, "quick", quick.Text(), dated("3s", notFound))
		second := "1s" // httptools has parsed it ahead
		if h.class.h11 {
			second = "3s"
		}
		check.Equal(h.t, "pipelined", piped.Text(), dated("1s", hello)+dated(second, notFound))
	})
}

// If bytes are unread when the server closes, the kernel resets the connection.
func TestClosingWithBytesUnread(t *testing.T) {
	each(t, []class{httptools021, httptools054}, func(h *house) {
		c := h.Send(0, get("/?for=2s", "Connection: close", "Content-Length: 1000000")+strings.Repeat("x", 500_000))
		h.Run(hour)
		check.Equal(h.t, "answered", strings.HasPrefix(c.Text(), "HTTP/1.1 200"), true)
		check.Equal(h.t, "reset", c.Reset && c.Ended != sim.Never, true)
	})
}
