package uvicorn_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// newWorld starts Uvicorn with FastAPI on it.
func newWorld(t *testing.T, vintage string, change ...func(*config.Config)) *servertest.World {
	t.Helper()
	stacks := map[string]func() *server.Stack{
		config.Vintage202303:  uvicorn.Stack202303,
		config.VintageCurrent: uvicorn.StackCurrent,
	}
	return servertest.New(t, stacks[vintage](), change...)
}

const silent = ""

// The order of everything at a graceful end, in both releases: the next tick closes the listener and idle connections;
// running requests are answered; whether any are left is checked every 0.1 s.
func TestGracefulEnd(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Sleep = distribution.Of(3 * time.Second) })
		idle, quiet, busy := w.Send(0, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"), w.Send(0, silent), w.Get(0, 1)
		w.Signal(1050*time.Millisecond, syscall.SIGTERM)
		w.Run(time.Hour)
		w.Printed("0s GET /nope 404", "0s #1 1 on AnyIO worker thread",
			"1.1s INFO: Shutting down", "1.2s INFO: Waiting for connections to close. (CTRL+C to force quit)",
			"3s done 1", "3s GET /?id=1 200",
			"3.1s INFO: Waiting for application shutdown.", "3.1s INFO: Application shutdown complete.",
			"3.1s INFO: Finished server process [PID]")
		check.Equal(t, "idle connection", idle.Ended, 1100*time.Millisecond)
		check.Equal(t, "silent connection", quiet.Ended, 1100*time.Millisecond)
		check.Equal(t, "busy connection", busy.Ended, 3*time.Second)
		closes := strings.Contains(busy.Text(), "\r\nconnection: close\r\n")
		check.Equal(t, "answer says that it closes", closes, vintage == config.VintageCurrent)
		check.Equal(t, "end of the process", w.End(), 3100*time.Millisecond)
	})
}

// Without connections the end takes the tick and 0.1 s.
func TestGracefulEndOfAnIdleServer(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage)
		w.Signal(500*time.Millisecond, syscall.SIGINT)
		w.Run(time.Hour)
		w.Printed("500ms INFO: Shutting down", "600ms INFO: Waiting for application shutdown.",
			"600ms INFO: Application shutdown complete.", "600ms INFO: Finished server process [PID]")
		check.Equal(t, "end of the process", w.End(), 600*time.Millisecond)
	})
}

// It waits for a request whose client has left, too.
func TestGracefulEndWaitsForWorkForNobody(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Sleep = distribution.Of(2 * time.Second) })
		gone := w.Get(0, 1)
		w.At(200*time.Millisecond, gone.CloseWrite)
		w.Signal(950*time.Millisecond, syscall.SIGTERM)
		w.Run(time.Hour)
		w.Printed("0s #1 1 on AnyIO worker thread", "1s INFO: Shutting down",
			"1.1s INFO: Waiting for background tasks to complete. (CTRL+C to force quit)", "2s done 1",
			"2.1s INFO: Waiting for application shutdown.", "2.1s INFO: Application shutdown complete.",
			"2.1s INFO: Finished server process [PID]")
	})
}

// First for connections, then for tasks whose connections are gone.
func TestGracefulEndWaitsForBoth(t *testing.T) {
	w := newWorld(t, config.Vintage202303)
	w.Send(0, "GET /?id=1&sleep=2s HTTP/1.1\r\nHost: x\r\n\r\n")
	gone := w.Send(0, "GET /?id=2&sleep=3s HTTP/1.1\r\nHost: x\r\n\r\n")
	w.At(200*time.Millisecond, gone.CloseWrite)
	w.Signal(950*time.Millisecond, syscall.SIGTERM)
	w.Run(time.Hour)
	w.Printed("0s #1 1 on AnyIO worker thread", "0s #2 2 on AnyIO worker thread", "1s INFO: Shutting down",
		"1.1s INFO: Waiting for connections to close. (CTRL+C to force quit)", "2s done 1", "2s GET /?id=1&sleep=2s 200",
		"2.1s INFO: Waiting for background tasks to complete. (CTRL+C to force quit)", "3s done 2",
		"3.1s INFO: Waiting for application shutdown.", "3.1s INFO: Application shutdown complete.",
		"3.1s INFO: Finished server process [PID]")
}

// A second SIGTERM has no effect.
func TestSecondSIGTERM(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Sleep = distribution.Of(2 * time.Second) })
		busy := w.Get(0, 1)
		w.Signal(450*time.Millisecond, syscall.SIGTERM)
		w.Signal(950*time.Millisecond, syscall.SIGTERM)
		w.Run(time.Hour)
		check.Equal(t, "answer", busy.First(), 2*time.Second)
		check.Equal(t, "end of the process", w.End(), 2100*time.Millisecond)
	})
}

var cancelledAnswer = map[string]string{
	config.Vintage202303: "500 Internal Server Error|content-type: text/plain; charset=utf-8|connection: close|" +
		"transfer-encoding: chunked||15|Internal Server Error|0||",
	config.VintageCurrent: "500 Internal Server Error|content-type: text/plain; charset=utf-8|content-length: 21|" +
		"connection: close||Internal Server Error",
}

// A second SIGINT cancels: running and waiting requests are answered 500, the task of a client that has left is logged
// too, and the process ends with its threads. Each failure is logged before its own access line. The order of the
// tasks, the lifespan's among them, is that of a set: any.
func TestSecondSIGINT(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Sleep, c.Limit = distribution.Of(2*time.Second), 1 })
		busy, waiting, gone := w.Get(0, 1), w.Get(100*time.Millisecond, 2), w.Get(150*time.Millisecond, 3)
		w.At(300*time.Millisecond, gone.CloseWrite)
		w.Signal(450*time.Millisecond, syscall.SIGINT)
		w.Signal(950*time.Millisecond, syscall.SIGINT)
		w.Run(time.Hour)
		for _, c := range []*sim.Client{busy, waiting} {
			check.Equal(t, "answer", servertest.Answer(c), cancelledAnswer[vintage])
			check.Equal(t, "answered", c.First(), 1*time.Second)
		}
		check.Equal(t, "gone", servertest.Answer(gone), "")
		w.Printed("0s #1 1 on AnyIO worker thread", "500ms INFO: Shutting down",
			"600ms INFO: Waiting for connections to close. (CTRL+C to force quit)", "1s INFO: Finished server process [PID]",
			"1s ERROR: Traceback (most recent call last):", "1s ERROR: Exception in ASGI application", "1s GET /?id=1 500",
			"1s ERROR: Exception in ASGI application", "1s GET /?id=2 500",
			"1s ERROR: Exception in ASGI application", "2s done 1")
		check.Equal(t, "end of the process", w.End().Round(100*time.Millisecond), 2*time.Second)
		s := w.Workers[0].Statistics()
		check.Equal(t, "started", s.Started, int64(1))
	})
}

// --timeout-graceful-shutdown cancels in the same way, and the application's shutdown follows. SIGTERM then ends the
// process while its threads still run.
func TestGracefulTimeout(t *testing.T) {
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) {
		c.Sleep, c.Limit, c.GracefulTimeout = distribution.Of(3*time.Second), 1, time.Second
	})
	busy, waiting, gone := w.Get(0, 1), w.Get(100*time.Millisecond, 2), w.Get(150*time.Millisecond, 3)
	w.At(300*time.Millisecond, gone.CloseWrite)
	w.Signal(450*time.Millisecond, syscall.SIGTERM)
	w.Run(time.Hour)
	w.Printed("0s #1 1 on AnyIO worker thread", "500ms INFO: Shutting down",
		"600ms INFO: Waiting for connections to close. (CTRL+C to force quit)",
		"1.6s ERROR: Cancel 3 running task(s), timeout graceful shutdown exceeded",
		"1.6s INFO: Waiting for application shutdown.",
		"1.6s ERROR: Exception in ASGI application", "1.6s GET /?id=1 500",
		"1.6s ERROR: Exception in ASGI application", "1.6s GET /?id=2 500", "1.6s ERROR: Exception in ASGI application",
		"1.6s INFO: Application shutdown complete.", "1.6s INFO: Finished server process [PID]")
	for _, c := range []*sim.Client{busy, waiting} {
		check.Equal(t, "answer", servertest.Answer(c), cancelledAnswer[config.VintageCurrent])
	}
	check.Equal(t, "end of the process", w.End(), 1600*time.Millisecond)
}

// With a timeout of 0 it logs no line about waiting.
func TestGracefulTimeoutOfNone(t *testing.T) {
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) {
		c.Sleep, c.Mode, c.GracefulTimeout = distribution.Of(3*time.Second), "cooperative", 0
	})
	w.Get(0, 1)
	w.Signal(450*time.Millisecond, syscall.SIGTERM)
	w.Run(time.Hour)
	w.Printed("0s #1 1 on MainThread", "500ms INFO: Shutting down",
		"600ms ERROR: Cancel 1 running task(s), timeout graceful shutdown exceeded",
		"600ms INFO: Waiting for application shutdown.",
		"600ms ERROR: Exception in ASGI application", "600ms GET /?id=1 500",
		"600ms INFO: Application shutdown complete.", "600ms INFO: Finished server process [PID]")
}

// A timeout that is not needed changes nothing.
func TestGracefulTimeoutThatIsLongEnough(t *testing.T) {
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) {
		c.Sleep, c.GracefulTimeout = distribution.Of(3*time.Second), 10*time.Second
	})
	busy := w.Get(0, 1)
	w.Signal(450*time.Millisecond, syscall.SIGTERM)
	w.Run(time.Hour)
	check.Equal(t, "answer", servertest.Answer(busy)[:3], "200")
	check.Equal(t, "end of the process", w.End(), 3100*time.Millisecond)
}

// --limit-max-requests counts answers, and is checked at each tick: requests that have arrived by then
// are answered.
func TestLimitMaxRequests(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Sleep, c.LimitMaxRequests = distribution.Of(300*time.Millisecond), 2 })
		for i := range 3 {
			w.Get(time.Duration(i)*45*time.Millisecond, i+1)
		}
		late := w.Get(450*time.Millisecond, 4)
		w.Run(time.Hour)
		want := []string{
			"0s #1 1 on AnyIO worker thread", "45ms #2 2 on AnyIO worker thread", "90ms #3 3 on AnyIO worker thread",
			"300ms done 1", "300ms GET /?id=1 200", "345ms done 2", "345ms GET /?id=2 200",
			"390ms done 3", "390ms GET /?id=3 200",
		}
		if vintage == config.VintageCurrent {
			want = append(want, "400ms INFO: Maximum request limit of 2 exceeded. Terminating process.")
		}
		want = append(want, "400ms INFO: Shutting down", "500ms INFO: Waiting for application shutdown.",
			"500ms INFO: Application shutdown complete.", "500ms INFO: Finished server process [PID]")
		w.Printed(want...)
		check.Equal(t, "client that came too late", late.Accepted, sim.Never)
	})
}

// The answer that reaches the limit ends the process at the next tick, not before.
func TestLimitMaxRequestsIsReachedExactly(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.LimitMaxRequests = 2 })
	const nope = "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"
	first, second := w.Send(0, nope), w.Send(850*time.Millisecond, nope)
	w.Run(time.Hour)
	check.Equal(t, "idle connection", first.Ended, 900*time.Millisecond)
	check.Equal(t, "last connection", second.Ended, 900*time.Millisecond)
	check.Equal(t, "end of the process", w.End(), 1*time.Second)
}

// A blocked loop handles the signal when it is free again.
func TestSignalToABlockedLoop(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, func(c *config.Config) { c.Mode, c.Sleep = "async-misuse", distribution.Of(4*time.Second) })
		first, second := w.Get(50*time.Millisecond, 1), w.Get(2*time.Second, 2)
		w.Signal(1*time.Second, syscall.SIGTERM)
		w.Run(time.Hour)
		check.Equal(t, "first", servertest.Answer(first)[:3], "200")
		check.Equal(t, "one that came before the signal was heard", second.Accepted, 4050*time.Millisecond)
	})
}

// The date header is renewed each second, by the tick.
func TestDate(t *testing.T) {
	w := newWorld(t, config.Vintage202303)
	var clients []*sim.Client
	for _, at := range []time.Duration{0, 999 * time.Millisecond, 1001 * time.Millisecond, 3661500 * time.Millisecond} {
		clients = append(clients, w.Send(at, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n"))
	}
	w.Run(2 * time.Hour)
	for i, want := range []string{"12:00:00", "12:00:00", "12:00:01", "13:01:01"} {
		check.Equal(t, "date", strings.Contains(clients[i].Text(), "\r\ndate: Sat, 18 Mar 2023 "+want+" GMT\r\n"), true)
	}
}
