package gunicorn_test

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/gunicorn"
)

// newUvicorn starts a UvicornWorker of gunicorn.
func newUvicorn(t *testing.T, vintage string, change func(*config.Config)) *servertest.World {
	t.Helper()
	stacks := map[string]func() *server.Stack{
		config.Vintage202303:  gunicorn.Uvicorn202303,
		config.VintageCurrent: gunicorn.UvicornCurrent,
	}
	return servertest.New(t, stacks[vintage](), change)
}

func asItIs(*config.Config) {}

// The worker ends as Uvicorn does, at the master's signal and gracefully. Only the older one, whose process does not
// die by the signal, has gunicorn's line.
func TestWorkerOfGunicornEnds(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newUvicorn(t, vintage, func(c *config.Config) { c.Sleep, c.GracefulTimeout = distribution.Of(3*time.Second), time.Second })
		w.Get(0, 1)
		w.Signal(1050*time.Millisecond, syscall.SIGTERM)
		w.Run(time.Hour)
		want := []string{
			"0s #1 1 on AnyIO worker thread",
			"1.1s INFO: Shutting down", "1.1s INFO: Error while closing socket [Errno 9] Bad file descriptor",
			"1.2s INFO: Waiting for connections to close. (CTRL+C to force quit)",
			"3s done 1", "3s GET /?id=1 200",
			"3.1s INFO: Waiting for application shutdown.", "3.1s INFO: Application shutdown complete.",
			"3.1s INFO: Finished server process [PID]",
		}
		if vintage == config.Vintage202303 { // the newer one raises the signal again
			want = append(want, "3.1s INFO: Worker exiting (pid: PID)")
		}
		w.Printed(want...)
	})
}

// At its limit of requests it ends by itself, and says so at both vintages.
func TestWorkerOfGunicornReachesItsLimit(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newUvicorn(t, vintage, func(c *config.Config) { c.Sleep, c.LimitMaxRequests = distribution.Of(0), 1 })
		w.Get(50*time.Millisecond, 1)
		w.Run(time.Hour)
		lines := w.Workers[0].Lines
		check.Equal(t, "last line", lines[len(lines)-1], "200ms INFO: Worker exiting (pid: PID)")
	})
}

// It ignores the signals that make other workers of gunicorn quit or reopen their log files.
func TestWorkerOfGunicornIsDeafToSIGQUIT(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newUvicorn(t, vintage, asItIs)
		w.Signal(time.Second, syscall.SIGQUIT)
		w.Run(time.Hour)
		w.Printed()
	})
}

// How the process is to end: the newer Uvicorn raises the signal that came last.
func TestWorkerOfGunicornDiesBySignal(t *testing.T) {
	for _, test := range []struct {
		vintage string
		sent    []os.Signal
		want    syscall.Signal
	}{
		{config.Vintage202303, []os.Signal{syscall.SIGTERM}, 0},
		{config.Vintage202303, []os.Signal{syscall.SIGINT}, 0},
		{config.VintageCurrent, []os.Signal{syscall.SIGTERM}, syscall.SIGTERM},
		{config.VintageCurrent, []os.Signal{syscall.SIGINT}, syscall.SIGINT},
		{config.VintageCurrent, []os.Signal{syscall.SIGINT, syscall.SIGTERM}, syscall.SIGTERM},
		{config.VintageCurrent, []os.Signal{syscall.SIGTERM, syscall.SIGINT}, syscall.SIGINT},
	} {
		t.Run(fmt.Sprint(test.vintage, test.sent), func(t *testing.T) {
			w := newUvicorn(t, test.vintage, asItIs)
			for i, sig := range test.sent {
				w.Signal(time.Duration(10+i)*time.Millisecond, sig)
			}
			w.Run(time.Hour)
			ended, err := w.Workers[0].Serve() // which has ended already
			check.Equal(t, "error", err, nil)
			check.Equal(t, "ended", ended, server.Ended{Signal: test.want})
		})
	}
}

// The heart beats at the ticks that renew the date, once more than half the timeout has passed; running threads do not
// stop it, a blocked loop does. Here ticks are never late, so that exactly half the timeout is not yet enough.
func TestHeartbeatOfUvicornWorker(t *testing.T) {
	for _, test := range []struct {
		mode    string
		timeout time.Duration
		want    string
	}{
		{"threadpool", 30 * time.Second, "[0s 16s 32s]"},
		{"threadpool", 2 * time.Second, "[0s 2s 4s 6s 8s 10s 12s 14s 16s 18s 20s 22s 24s 26s 28s 30s 32s 34s 36s 38s 40s]"},
		{"async-misuse", 8 * time.Second, "[0s 5s 24.95s 29.95s 34.95s 39.95s]"},
	} {
		t.Run(test.mode, func(t *testing.T) {
			w := newUvicorn(t, config.VintageCurrent, func(c *config.Config) {
				c.Mode, c.Timeout, c.Sleep, c.Limit = test.mode, test.timeout, distribution.Of(18*time.Second), 1
			})
			w.Get(6050*time.Millisecond, 1)
			w.Run(40 * time.Second)
			check.Equal(t, "beats", fmt.Sprint(w.Workers[0].Beats), test.want)
		})
	}
}
