package uvicorn_test

import (
	"testing"
	"time"

	"github.com/target-server/target-server/internal/check"
)

const (
	second = time.Second
	hour   = time.Hour
)

func TestIdleConnectionIsClosed5sAfterItsAnswer(t *testing.T) {
	everywhere(t, func(h *house) {
		slow, quick := h.Send(0, get("/?for=2s")), h.Send(1*second, get("/nope"))
		h.Run(hour)
		check.Equal(h.t, "after work", story(slow), came(2*second, hello)+closed(7*second))
		check.Equal(h.t, "at once", story(quick), came(1*second, notFound)+closed(6*second))
	})
}

func TestEachAnswerSetsTheKeepAliveTimerAnew(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/"))
		h.Then(4999*time.Millisecond, c, get("/?for=7s"))
		h.Run(hour)
		check.Equal(h.t, "client", story(c),
			came(0, hello)+came(11999*time.Millisecond, hello)+closed(16999*time.Millisecond))
	})
}

// Not a timer of Uvicorn's runs before the first answer.
func TestSilentAndPartialConnectionsAreNeverClosed(t *testing.T) {
	everywhere(t, func(h *house) {
		silent, partial, half := h.Send(0, ""), h.Send(0, "GET /"), h.Send(0, "GET / HTTP/1.1\r\nHost: x\r\n")
		h.Run(24 * hour)
		check.Equal(h.t, "silent", story(silent), open)
		check.Equal(h.t, "part of a line", story(partial), open)
		check.Equal(h.t, "part of a head", story(half), open)
	})
}

func TestAnyByteStopsTheKeepAliveTimer(t *testing.T) {
	everywhere(t, func(h *house) {
		c, late := h.Send(0, get("/")), h.Send(0, get("/"))
		h.Then(4999*time.Millisecond, c, "G")
		h.Then(5001*time.Millisecond, late, "G")
		h.Then(10*hour, c, "ET / HTTP/1.1\r\nHost: x\r\n\r\n")
		h.Run(24 * hour)
		check.Equal(h.t, "in time", story(c), came(0, hello)+came(10*hour, hello)+closed(10*hour+5*second))
		check.Equal(h.t, "too late", story(late), came(0, hello)+closed(5*second))
	})
}

// An empty line is no request yet for httptools, and none at all for h11.
func TestAnEmptyLineOnAnIdleConnection(t *testing.T) {
	everywhere(t, func(h *house) {
		c := h.Send(0, get("/"))
		h.Then(2*second, c, "\r\n")
		h.Run(24 * hour)
		want := came(0, hello) + open
		if h.class.h11 {
			want = came(0, hello) + came(2*second, h11BadAfter) + closed(2*second)
		}
		check.Equal(h.t, "client", story(c), want)
	})
}

// The timer runs from the answer, also where the request's body is owed.
func TestBodyThatIsOwedDoesNotKeepAConnection(t *testing.T) {
	everywhere(t, func(h *house) {
		never, late := h.Send(0, get("/", "Content-Length: 5")+"xx"), h.Send(0, get("/", "Content-Length: 5")+"xx")
		h.Then(1*second, late, "xxx")
		h.Then(9*second, late, get("/nope"))
		h.Run(hour)
		check.Equal(h.t, "never sent", story(never), came(0, hello)+closed(5*second))
		check.Equal(h.t, "sent", story(late), came(0, hello)+came(9*second, notFound)+closed(14*second))
	})
}
