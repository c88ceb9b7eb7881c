package targettest_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/targettest"
)

// The article's first experiment at full size, by net/http's client, in virtual time:
// a thousand users within 500 s, each of whom wants 800 s of a thread. 40 work, 960 wait.
func TestArticle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := targettest.New(t, targettest.InMemory(), targettest.Sleep(800*time.Second))
		began := time.Now()
		var users sync.WaitGroup
		for id := 1; id <= 1000; id++ {
			users.Go(func() {
				time.Sleep(time.Duration(id) * 500 * time.Millisecond)
				if text, err := get(s, fmt.Sprint("/?id=", id)); err != nil || text != `200 "hello"` {
					t.Errorf("request %d: %q, %v", id, text, err)
				}
			})
		}
		time.Sleep(500 * time.Second)
		synctest.Wait()
		check.Equal(t, "all there", s.Snapshot().String()[:41], "limit 40, busy 40, waiting 960, peak 40; ")
		users.Wait()
		// The 40th thread begins at 20 s, and each works for 25 users one after another.
		if took, want := time.Since(began), 20*time.Second+25*800*time.Second; took != want {
			t.Errorf("it took %v, want %v", took, want)
		}
		for _, r := range s.Requests() {
			if r.Number == 41 { // the last to arrive is the next
				check.Equal(t, "the 41st to start", r.ID, "1000")
			}
		}
	})
}

// Its warning: a balancer in front times out, while the handlers run on for clients that have left. A new client still
// waits for all of them.
func TestWarning(t *testing.T) {
	for _, c := range []struct {
		vintage string
		waits   time.Duration // the newcomer's, for a thread
	}{
		{"2023-03", 4 * time.Second},  // last in, first out: only for a thread
		{"current", 20 * time.Second}, // in its turn
	} {
		t.Run(c.vintage, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := targettest.New(t, targettest.InMemory(), targettest.Vintage(c.vintage), targettest.Limit(1), targettest.Sleep(4*time.Second))
				var gone atomic.Int32
				var crowd sync.WaitGroup
				for id := range 6 {
					crowd.Go(func() {
						ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
						defer cancel()
						request, _ := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprint(s.URL, "/?id=", id), nil)
						if _, err := s.Client().Do(request); err != nil {
							gone.Add(1)
						}
					})
				}
				crowd.Wait()
				must(t, s.WaitZombies(t.Context(), 6))
				check.Equal(t, "have left", gone.Load(), 6)
				check.Equal(t, "busy for a client that has left", s.Snapshot().Busy, 1)
				time.Sleep(2 * time.Second) // one of them is done
				synctest.Wait()
				_, err := get(s, "/?id=new")
				must(t, err)
				for _, r := range s.Requests() {
					if r.ID == "new" {
						check.Equal(t, "the newcomer waits", r.Wait, c.waits)
					}
				}
			})
		})
	}
}
