package targettest_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/target-server/target-server/targettest"
)

// Whatever a test commands, in whichever order, while clients come and leave: the sums
// balance at every look, in the end nothing is held, and Close comes back, whatever was
// commanded last.
func TestCommandsUnderLoad(t *testing.T) {
	for _, c := range []struct{ stack, mode string }{
		{"uvicorn", "threadpool"},
		{"uvicorn", "cooperative"},
		{"uvicorn", "async-misuse"},
		{"hypercorn", "threadpool"},
		{"hypercorn-trio", "threadpool"},
		{"gunicorn-gthread", "threadpool"},
		{"flask", "threadpool"},
		{"waitress", "threadpool"},
		{"tomcat", "threadpool"},
		{"node", "cooperative"},
	} {
		t.Run(c.stack+" "+c.mode, func(t *testing.T) {
			t.Parallel()
			s := targettest.New(t, targettest.Stack(c.stack), targettest.Mode(c.mode), targettest.Sleep(time.Millisecond))
			random := rand.New(rand.NewPCG(1, 2))
			commands := []func(){
				s.Hold, s.Release, s.Pause, s.Resume, s.Reset,
				func() { s.ReleaseNext(1 + random.IntN(3)) }, func() { s.ReleaseNext(100) },
			}
			if c.mode == "threadpool" && c.stack != "flask" && c.stack != "hypercorn-trio" { // others have no limit to set
				commands = append(commands, func() { s.SetLimit(1 + random.IntN(8)) })
			}
			stop := crowd(s, 8)
			for range 300 {
				commands[random.IntN(len(commands))]()
				if n := s.Snapshot(); n.Accepted != n.Held+n.Answered+n.Refused+n.Cancelled+n.Left || n.Zombies < 0 || n.Busy < 0 || n.Busy > n.Peak || n.Zombies > n.Held {
					t.Fatalf("it does not add up: %s", n)
				}
				s.Requests()
				if random.IntN(4) == 0 {
					time.Sleep(time.Duration(random.IntN(1000)) * time.Microsecond)
				}
			}
			s.Reset()
			stop()
			must(t, until(s, func(n targettest.Snapshot) bool { return n.Held == 0 && n.Busy == 0 && n.Zombies == 0 }))
			stop = crowd(s, 8)
			commands[random.IntN(3)]()
			time.Sleep(time.Millisecond)
			s.Close()
			stop()
		})
	}
}

// crowd is clients that ask again and again, and leave when they have waited for a few
// milliseconds, until the function that it returns is called.
func crowd(s *targettest.Server, n int) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	for i := range n {
		random := rand.New(rand.NewPCG(3, uint64(i)))
		clients.Go(func() {
			for id := 0; ctx.Err() == nil; id++ {
				patience, leave := context.WithTimeout(ctx, time.Duration(1+random.IntN(8))*time.Millisecond)
				request, _ := http.NewRequestWithContext(patience, http.MethodGet, fmt.Sprintf("%s/?id=%d", s.URL, id), nil)
				if r, err := s.Client().Do(request); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
					r.Body.Close()
				}
				leave()
			}
		})
	}
	return func() {
		cancel()
		clients.Wait()
	}
}
