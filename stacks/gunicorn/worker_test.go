package gunicorn_test

import (
	"fmt"
	"os"
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
	"github.com/target-server/target-server/stacks/gunicorn"
)

// newSync starts gunicorn's sync worker.
func newSync(t *testing.T, vintage string, change func(*config.Config)) *servertest.World {
	t.Helper()
	stacks := map[string]func() *server.Stack{
		config.Vintage202303:  gunicorn.Sync202303,
		config.VintageCurrent: gunicorn.SyncCurrent,
	}
	return servertest.New(t, stacks[vintage](), change)
}

// newGthread starts its worker with threads, of which there are two.
func newGthread(t *testing.T, vintage string, change func(*config.Config)) *servertest.World {
	t.Helper()
	stacks := map[string]func() *server.Stack{
		config.Vintage202303:  gunicorn.Gthread202303,
		config.VintageCurrent: gunicorn.GthreadCurrent,
	}
	return servertest.New(t, stacks[vintage](), func(c *config.Config) { c.Limit = 2 }, change)
}

func sleeping(d time.Duration) func(*config.Config) {
	return func(c *config.Config) { c.Sleep = distribution.Of(d) }
}

// A sync worker beats at its start, before and after each connection, and each half
// of the timeout between them; a request, or a client that says nothing, stops it.
func TestSyncBeatsBetweenConnections(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newSync(t, vintage, func(c *config.Config) { c.Sleep, c.Timeout = distribution.Of(18*time.Second), 8*time.Second })
		w.Get(6050*time.Millisecond, 1)
		w.Run(21 * time.Second)
		check.Equal(t, "beats", fmt.Sprint(w.Workers[0].Beats), "[0s 4s 6.05s]")
	})
}

// gthread's main thread beats whatever its threads do.
func TestGthreadBeatsEachSecond(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newGthread(t, vintage, func(c *config.Config) { c.Sleep, c.Limit = distribution.Of(time.Hour), 1 })
		w.Get(3500*time.Millisecond, 1)
		w.Run(6 * time.Second)
		check.Equal(t, "beats", fmt.Sprint(w.Workers[0].Beats), "[0s 1s 2s 3s 3.5s 4.5s 5.5s]")
	})
}

// SIGABRT, which the master sends when the heart has stopped, ends the worker in the
// middle of a request: the newer one has a page for its client, and lives to the end.
func TestSyncIsAborted(t *testing.T) {
	for _, test := range []struct {
		vintage, text string
		status        int
		ended         time.Duration
	}{
		{config.Vintage202303, "", 1, time.Second},
		{config.VintageCurrent, "HTTP/1.1 500 Internal Server Error", 0, 3 * time.Second},
	} {
		t.Run(test.vintage, func(t *testing.T) {
			w := newSync(t, test.vintage, sleeping(time.Minute))
			c := w.Get(0, 1)
			late := w.Get(100*time.Millisecond, 2)
			w.Signal(time.Second, syscall.SIGABRT)
			w.Run(time.Hour)
			first, _, _ := strings.Cut(c.Text(), "\r\n")
			check.Equal(t, "answer", first, test.text)
			check.Equal(t, "reset", c.Reset, false)
			check.Equal(t, "the one in the kernel is reset", late.Reset, true)
			check.Equal(t, "ended at", w.End(), test.ended)
			ended, err := w.Workers[0].Serve() // which has ended already
			check.Equal(t, "error", err, nil)
			check.Equal(t, "ended", ended, server.Ended{Status: test.status})
		})
	}
}

// The line of a request that failed begins with the failure: it took no time, and its variables are those that gunicorn
// knows before it has made an environment. Its fields are there.
func TestFailureTakesNoTime(t *testing.T) {
	w := newSync(t, config.VintageCurrent, func(c *config.Config) {
		c.Sleep, c.AccessLogFormat = distribution.Of(time.Minute), "%(s)s %(D)s %(a)s %({user-agent}i)s %({request_method}e)s %({http_host}e)s"
	})
	w.Send(0, "GET /?id=1 HTTP/1.1\r\nHost: a\r\nUser-Agent: lab\r\n\r\n")
	w.Signal(time.Second, syscall.SIGABRT)
	w.Run(time.Hour)
	_, line, _ := strings.Cut(w.Workers[0].Stdout.String(), "sleeping...\n")
	check.Equal(t, "access line", line, "500 0 - lab GET -\n")
}

// The default line has fields of one name joined, as they are in the WSGI environment.
func TestRepeatedFieldsAreJoined(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newSync(t, vintage, sleeping(0))
		w.Send(0, "GET /nowhere HTTP/1.1\r\nHost: a\r\nReferer: one\r\nUser-Agent: x\r\nReferer: \r\nReferer: two\r\n\r\n")
		w.Run(time.Second)
		_, fields, _ := strings.Cut(w.Workers[0].Stdout.String(), " 404 207 ")
		check.Equal(t, "fields", fields, "\"one,,two\" \"x\"\n")
	})
}

// The newer gthread closes connections in its main thread, which waits for the client to close as well and accepts no
// connection meanwhile.
func TestGthreadLingersInItsMainThread(t *testing.T) {
	for vintage, accepted := range map[string]time.Duration{
		config.Vintage202303: time.Second, config.VintageCurrent: 2 * time.Second,
	} {
		t.Run(vintage, func(t *testing.T) {
			w := newGthread(t, vintage, sleeping(0))
			c := w.Send(0, "GET /?id=1 HTTP/1.1\r\nConnection: close\r\n\r\n")
			late := w.Get(time.Second, 2)
			w.Run(10 * time.Second)
			check.Equal(t, "told the end at", c.Ended, 0)
			check.Equal(t, "the next is accepted at", late.Accepted, accepted)
		})
	}
}

// Once gthread has as many connections as it takes, the next waits in the kernel.
func TestGthreadTakesAThousandConnections(t *testing.T) {
	w := newGthread(t, config.Vintage202303, sleeping(time.Hour))
	var clients []*sim.Client
	for i := range 1001 {
		clients = append(clients, w.Get(time.Duration(i)*time.Millisecond, i))
	}
	w.Run(10 * time.Second)
	check.Equal(t, "the thousandth is accepted", clients[999].Accepted != sim.Never, true)
	check.Equal(t, "the next is", clients[1000].Accepted != sim.Never, false)
	check.Equal(t, "started", len(w.Starts()), 2)
}

// --limit-max-requests is gunicorn's --max-requests: the request that reaches it is
// answered, and then the worker ends.
func TestGunicornRestartsAfterItsRequests(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newSync(t, vintage, func(c *config.Config) { c.LimitMaxRequests, c.Sleep = 2, distribution.Of(0) })
		w.Get(0, 1)
		w.Get(5*time.Second, 2)
		w.Run(time.Hour)
		check.Equal(t, "started", len(w.Starts()), 2)
		check.Equal(t, "said", strings.Join(w.Workers[0].Said, "|"),
			fmt.Sprintf("INFO: Autorestarting worker after current request.|INFO: Worker exiting (pid: %d)", os.Getpid()))
	})
}

// SIGTERM while gthread is busy: queued requests are still answered, new ones are not; the newer one closes idle
// connections, the older leaves them until it ends.
func TestGthreadTerminates(t *testing.T) {
	for vintage, idleEnds := range map[string]time.Duration{
		config.Vintage202303: 6 * time.Second, config.VintageCurrent: 2600 * time.Millisecond,
	} {
		t.Run(vintage, func(t *testing.T) {
			w := newGthread(t, vintage, func(c *config.Config) { c.Sleep, c.Limit = distribution.Of(3*time.Second), 1 })
			idle := w.Send(0, "GET /x HTTP/1.1\r\n\r\n")
			first := w.Get(600*time.Millisecond, 1)
			second := w.Get(700*time.Millisecond, 2)
			w.Signal(800*time.Millisecond, syscall.SIGTERM)
			w.Run(time.Hour)
			check.Equal(t, "the first is kept", strings.Contains(first.Text(), "Connection: keep-alive"), true)
			check.Equal(t, "the second is not", strings.Contains(second.Text(), "Connection: close"), true)
			check.Equal(t, "starts", fmt.Sprint(w.Starts()), "[1 2]")
			check.Equal(t, "idle ends by", idle.Ended <= idleEnds+time.Second && idle.Ended >= idleEnds-time.Second, true)
		})
	}
}

// After SIGTERM the older gthread's main thread stays in its poll: the first request within the second is answered, and
// the answer closes the connection. The newer one accepts nothing more.
func TestGthreadTakesOneMore(t *testing.T) {
	for vintage, answered := range map[string]bool{config.Vintage202303: true, config.VintageCurrent: false} {
		t.Run(vintage, func(t *testing.T) {
			w := newGthread(t, vintage, sleeping(500*time.Millisecond))
			w.Signal(2300*time.Millisecond, syscall.SIGTERM)
			first := w.Get(2500*time.Millisecond, 1)
			second := w.Get(2600*time.Millisecond, 2)
			w.Run(time.Hour)
			check.Equal(t, "the first is answered", strings.Contains(first.Text(), "Connection: close"), answered)
			check.Equal(t, "the second", second.Text(), "")
			check.Equal(t, "starts", len(w.Starts()) == 1, answered)
		})
	}
}

// With nobody there, the older gthread ends with the turn that it is in, the newer one at once.
func TestGthreadEndsWithItsTurn(t *testing.T) {
	for vintage, ended := range map[string]time.Duration{config.Vintage202303: 3 * time.Second, config.VintageCurrent: 2300 * time.Millisecond} {
		t.Run(vintage, func(t *testing.T) {
			w := newGthread(t, vintage, sleeping(0))
			w.Signal(2300*time.Millisecond, syscall.SIGTERM)
			w.Run(time.Hour)
			check.Equal(t, "ended at", w.End(), ended)
		})
	}
}

// A sync worker that waits with a write is aborted in the middle of its answer.
func TestSyncWorkerIsAbortedWhileItWrites(t *testing.T) {
	for vintage, lines := range map[string]string{
		config.Vintage202303:  "1s INFO: Worker exiting (pid: PID)",
		config.VintageCurrent: "1s GET /?id=0 200\n1s ERROR: Error handling request\n",
	} {
		t.Run(vintage, func(t *testing.T) {
			w := newSync(t, vintage, func(c *config.Config) { c.Sleep = distribution.Of(0) })
			c := w.Deaf(50, 1)
			w.Signal(time.Second, syscall.SIGABRT)
			w.Run(time.Hour)
			c.StartReading()
			check.Equal(t, "bytes", len(c.Text()), 50)
			check.Equal(t, "held", w.Workers[0].Statistics().Held, 0)
			if log := strings.Join(w.Workers[0].Lines, "\n"); !strings.Contains(log, lines) {
				t.Errorf("log: got\n%s\nwant among it\n%s", log, lines)
			}
		})
	}
}
