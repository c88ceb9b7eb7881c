package uvicorn_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/stacks/uvicorn"
)

func TestPipelinedRequestsAreAnsweredInOrderOneAtATime(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=3s")+get("/nope")+get("/?for=1s"))
		h.Run(hour)
		check.Equal(h.t, "client", story(c), came(3*second, hello+notFound)+came(4*second, hello)+closed(9*second))
		h.Logged("0s begin /?for=3s", "3s end /?for=3s", "3s GET /?for=3s HTTP/1.1 200", "3s GET /nope HTTP/1.1 404",
			"3s begin /?for=1s", "4s end /?for=1s", "4s GET /?for=1s HTTP/1.1 200")
	})
}

// What follows a pipelined request stays in the kernel, where nothing of
// it is seen, not even the client's end, until the next answer is sent.
func TestReadingStopsBehindAPipelinedRequest(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=2s")+get("/?for=2s"))
		const third = "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
		h.Then(1*second, c, third)
		unread := map[time.Duration]int{}
		for _, at := range []time.Duration{1500 * time.Millisecond, 2500 * time.Millisecond} {
			h.At(at, func() { unread[at] = c.Unread() })
		}
		h.Run(hour)
		check.Equal(h.t, "in the kernel while the first is running", unread[1500*time.Millisecond], len(third))
		check.Equal(h.t, "and the second", unread[2500*time.Millisecond], 0)
		check.Equal(h.t, "client", story(c), came(2*second, hello)+came(4*second, hello+notFound)+closed(9*second))
	})
}

// One request alone does not stop reading, so that its client's end is seen.
func TestReadingGoesOnBehindASingleRequest(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=9s"))
		h.At(1*second, c.CloseWrite)
		h.Run(hour)
		check.Equal(h.t, "client", story(c), closed(1*second))
	})
}

// The keep-alive timer of 0.21.1 runs from each answer, also when the next
// request is running already. httptools then ends the connection; h11 cannot,
// and cannot send any more either. 0.54.0 has neither fault.
func TestPipelinedRequestLongerThanKeepAlive(t *testing.T) {
	const failure = "ERROR h11._util.LocalProtocolError: Can't send data when our state is ERROR"
	want := map[string]string{
		h11021.name:       came(6*second, hello) + closed(12*second),
		httptools021.name: came(6*second, hello) + closed(11*second),
		h11054.name:       came(6*second, hello) + came(12*second, hello) + closed(17*second),
		httptools054.name: came(6*second, hello) + came(12*second, hello) + closed(17*second),
	}
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=6s")+get("/?for=6s"))
		h.Run(hour)
		check.Equal(h.t, "client", story(c), want[h.class.name])
		const access = "12s GET /?for=6s HTTP/1.1 200"
		check.Equal(h.t, "second one in the access log", slices.Contains(h.Lines, access), h.class.name != httptools021.name)
		check.Equal(h.t, "failure in the log", slices.Contains(h.Lines, "12s "+failure), h.class.name == h11021.name)
		check.Equal(h.t, "requests answered", h.endpoint.Answered, strings.Count(want[h.class.name], "200 OK"))
	})
}

// A shorter one is answered in time, and the timer restarts.
func TestPipelinedRequestShorterThanKeepAlive(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=6s")+get("/?for=4900ms")+get("/?for=4900ms"))
		h.Run(hour)
		check.Equal(h.t, "client", story(c), came(6*second, hello)+came(10900*time.Millisecond, hello)+
			came(15800*time.Millisecond, hello)+closed(20800*time.Millisecond))
	})
}

// A client's end after pipelined requests is seen when reading goes on: the
// answer that is due is sent, and one more request runs without a client. h11 reads
// on only when the last but one is answered, because bytes wait after it.
func TestEndOfAClientThatHasPipelined(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/?for=2s")+get("/?for=3s")+get("/?for=4s"))
		h.At(1*second, c.CloseWrite)
		h.Run(hour)
		begun := 0
		for _, l := range h.Lines {
			if strings.Contains(l, " begin ") {
				begun++
			}
		}
		if h.class.h11 {
			check.Equal(h.t, "client", story(c), came(2*second, hello)+came(5*second, hello)+closed(5*second))
			check.Equal(h.t, "requests begun", begun, 3)
			return
		}
		check.Equal(h.t, "client", story(c), came(2*second, hello)+closed(2*second))
		check.Equal(h.t, "requests begun", begun, 2)
	})
}

// However the bytes are cut, the answers are the same.
func TestRequestsInPieces(t *testing.T) {
	everywhere(t, func(h *house) {
		text := get("/", "A: b") + ask("POST /nope HTTP/1.1", "Content-Length: 3") + "abc" +
			ask("POST /nope HTTP/1.1", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n" + get("/", "Connection: close")
		whole := h.Send(0, text)
		var pieces []*sim.Client
		for i := 1; i < len(text); i++ {
			c := h.Send(0, text[:i])
			h.Then(1*second, c, text[i:])
			pieces = append(pieces, c)
		}
		drop := h.Send(0, text[:1])
		for i := 1; i < len(text); i++ {
			h.Then(time.Duration(i)*time.Millisecond, drop, text[i:i+1])
		}
		h.Run(hour)
		check.Equal(h.t, "answers", strings.Count(whole.Text(), "HTTP/1.1 "), 4)
		for i, c := range append(pieces, drop) {
			if c.Text() != whole.Text() || c.Ended == sim.Never {
				check.Equal(h.t, "cut after "+text[:min(i+1, len(text))], story(c), story(whole))
				break
			}
		}
	})
}

// httptools keeps every request that arrives, as the real one does, but within a bound: beyond it they wait in the
// kernel, and all are answered in the end.
func TestPipelineIsBounded(t *testing.T) {
	const n, most = 30_000, 1 << 20
	each(t, []class{httptools021, httptools054}, func(h *house) {
		var ahead int
		c := h.Send(0, get("/?for=1s")+strings.Repeat(get("/nope"), n))
		h.At(500*time.Millisecond, func() { ahead = h.endpoint.Ahead() })
		h.Run(hour)
		check.Equal(h.t, "remembered, at the most", ahead <= most+1000, true)
		check.Equal(h.t, "answers", len(c.Text()), len(hello)+n*len(notFound))
		check.Equal(h.t, "remembered in the end", h.endpoint.Ahead(), 0)
	}, func(s *uvicorn.Endpoint) { s.MaxBuffered = most })
}
