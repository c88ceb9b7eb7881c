package server_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server"
)

// ofSync has gunicorn's sync worker, and ofGthread its worker with two threads.
func ofSync(vintage string, more func(*config.Config)) func(*config.Config) {
	return onFlask("gunicorn-sync", vintage, 1, more)
}

func ofGthread(vintage string, more func(*config.Config)) func(*config.Config) {
	return onFlask("gunicorn-gthread", vintage, 2, more)
}

func onFlask(stack, vintage string, limit int, more func(*config.Config)) func(*config.Config) {
	return func(c *config.Config) {
		c.Stack, c.Vintage, c.App, c.Limit = stack, vintage, "flask", limit
		c.KeepAlive, c.Timeout, c.GracefulTimeout = 2*time.Second, 30*time.Second, 30*time.Second
		more(c)
	}
}

func sleeping(d time.Duration) func(*config.Config) { return func(c *config.Config) { c.Sleep = d } }

// A sync worker beats at its start, before and after each connection, and each half
// of the timeout between them; a request, or a client that says nothing, stops it.
func TestSyncBeatsBetweenConnections(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, ofSync(vintage, func(c *config.Config) { c.Sleep, c.Timeout = 18*time.Second, 8*time.Second }))
		w.get(6050*time.Millisecond, 1)
		w.Run(21 * time.Second)
		equal(t, "beats", fmt.Sprint(w.beats), "[0s 4s 6.05s]")
	})
}

// gthread's main thread beats whatever its threads do.
func TestGthreadBeatsEachSecond(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, ofGthread(vintage, func(c *config.Config) { c.Sleep, c.Limit = time.Hour, 1 }))
		w.get(3500*time.Millisecond, 1)
		w.Run(6 * time.Second)
		equal(t, "beats", fmt.Sprint(w.beats), "[0s 1s 2s 3s 3.5s 4.5s 5.5s]")
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
			w := newWorld(t, ofSync(test.vintage, sleeping(time.Minute)))
			c := w.get(0, 1)
			late := w.get(100*time.Millisecond, 2)
			w.signal(time.Second, syscall.SIGABRT)
			w.Run(time.Hour)
			first, _, _ := strings.Cut(c.Text(), "\r\n")
			equal(t, "answer", first, test.text)
			equal(t, "reset", c.Reset, false)
			equal(t, "the one in the kernel is reset", late.Reset, true)
			equal(t, "ended at", w.ended[0], test.ended)
			ended, err := w.workers[0].Serve() // which has ended already
			equal(t, "error", err, nil)
			equal(t, "ended", ended, server.Ended{Status: test.status})
		})
	}
}

// The newer gthread closes connections in its main thread, which waits for the client
// to close as well, and takes nobody meanwhile.
func TestGthreadLingersInItsMainThread(t *testing.T) {
	for vintage, accepted := range map[string]time.Duration{
		config.Vintage202303: time.Second, config.VintageCurrent: 2 * time.Second,
	} {
		t.Run(vintage, func(t *testing.T) {
			w := newWorld(t, ofGthread(vintage, sleeping(0)))
			c := w.send(0, "GET /?id=1 HTTP/1.1\r\nConnection: close\r\n\r\n")
			late := w.get(time.Second, 2)
			w.Run(10 * time.Second)
			equal(t, "told the end at", c.Ended, 0)
			equal(t, "the next is accepted at", late.Accepted, accepted)
		})
	}
}

// With as many connections as it takes, gthread leaves the next in the kernel.
func TestGthreadTakesAThousandConnections(t *testing.T) {
	w := newWorld(t, ofGthread(config.Vintage202303, sleeping(time.Hour)))
	var clients []*sim.Client
	for i := range 1001 {
		clients = append(clients, w.get(time.Duration(i)*time.Millisecond, i))
	}
	w.Run(10 * time.Second)
	equal(t, "the thousandth is accepted", clients[999].Accepted != sim.Never, true)
	equal(t, "the next is", clients[1000].Accepted != sim.Never, false)
	equal(t, "started", len(w.starts()), 2)
}

// --limit-max-requests is gunicorn's --max-requests: the request that reaches it is
// answered, and then the worker ends.
func TestGunicornRestartsAfterItsRequests(t *testing.T) {
	both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, ofSync(vintage, func(c *config.Config) { c.LimitMaxRequests, c.Sleep = 2, 0 }))
		w.get(0, 1)
		w.get(5*time.Second, 2)
		w.Run(time.Hour)
		equal(t, "started", len(w.starts()), 2)
		equal(t, "said", strings.Join(w.records[0].said, "|"), fmt.Sprintf("INFO: Autorestarting worker after current request.|INFO: Worker exiting (pid: %d)", os.Getpid()))
	})
}

// SIGTERM while gthread works: what is in line is answered as well, and nobody else
// is; the newer one closes idle connections, the older leaves them until it ends.
func TestGthreadTerminates(t *testing.T) {
	for vintage, idleEnds := range map[string]time.Duration{
		config.Vintage202303: 6 * time.Second, config.VintageCurrent: 2600 * time.Millisecond,
	} {
		t.Run(vintage, func(t *testing.T) {
			w := newWorld(t, ofGthread(vintage, func(c *config.Config) { c.Sleep, c.Limit = 3*time.Second, 1 }))
			idle := w.send(0, "GET /x HTTP/1.1\r\n\r\n")
			first := w.get(600*time.Millisecond, 1)
			second := w.get(700*time.Millisecond, 2)
			w.signal(800*time.Millisecond, syscall.SIGTERM)
			w.Run(time.Hour)
			equal(t, "the first is kept", strings.Contains(first.Text(), "Connection: keep-alive"), true)
			equal(t, "the second is not", strings.Contains(second.Text(), "Connection: close"), true)
			equal(t, "starts", fmt.Sprint(w.starts()), "[1 2]")
			equal(t, "idle ends by", idle.Ended <= idleEnds+time.Second && idle.Ended >= idleEnds-time.Second, true)
		})
	}
}
