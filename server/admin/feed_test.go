package admin

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// watched is a house whose only route is a feed, and that counts how often the workers are asked.
type watched struct {
	*house
	asked atomic.Int64
	feed  *feed
}

// clients is how many there are.
func (w *watched) clients() int {
	w.feed.mu.Lock()
	defer w.feed.mu.Unlock()
	return len(w.feed.clients)
}

func watch(look func(ctx context.Context, after map[int]int64) (Frame, error)) *watched {
	w := &watched{}
	w.feed = newFeed(func(ctx context.Context, after map[int]int64) (Frame, error) {
		w.asked.Add(1)
		return look(ctx, after)
	})
	w.house = open(64, http.HandlerFunc(w.feed.serve))
	return w
}

// ticking is a frame whose worker has one more call ended each time.
func ticking(_ context.Context, after map[int]int64) (Frame, error) {
	return Frame{Workers: []LiveWorker{{Statistics: Statistics{Worker: 7}, Sequence: after[7] + 1}}}, nil
}

// lines collects what a client of a feed reads until it is closed.
func lines(c net.Conn) (all func() []string) {
	var got []string
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			got = []string{err.Error()}
			return
		}
		for r := bufio.NewScanner(answer.Body); r.Scan(); {
			got = append(got, r.Text())
		}
	}()
	return func() []string {
		c.Close()
		<-ended
		return got
	}
}

// All clients get the same frames, eight a second, for as long as they like, and the workers are asked once for all. After
// the last client they are not asked; for the next they are asked from the start.
func TestFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(ticking)
		first := lines(w.connect(request))
		time.Sleep(time.Second + 10*time.Millisecond) // between two frames
		second := lines(w.connect(request))
		time.Sleep(10 * time.Minute)
		a, b := first(), second()
		const want = 8*601 + 1
		if n := w.asked.Load(); n != want {
			t.Errorf("the workers were asked %d times, want %d", n, want)
		}
		if a[0] != "retry: 1000" || a[2] != "id: 1" || !strings.Contains(a[3], `"sequence":1}`) || len(a) != 2+3*want {
			t.Errorf("the first client got %d lines: %q", len(a), a[:4])
		}
		if tail := a[len(a)-len(b)+2:]; len(b) < 3*8*600 || strings.Join(b[2:], "\n") != strings.Join(tail, "\n") {
			t.Errorf("the second client got %d lines, and not those of the first", len(b))
		}
		time.Sleep(time.Minute)
		if n := w.asked.Load(); n != want {
			t.Errorf("the workers were asked %d times without a client", n-want)
		}
		third := lines(w.connect(request))
		synctest.Wait()
		if c := third(); len(c) < 4 || !strings.Contains(c[3], `"sequence":1}`) {
			t.Errorf("the next client got %q", c)
		}
		w.end(t)
	})
}

// A client that reads nothing misses frames, and is disconnected. It costs the others nothing.
func TestFeedDropsADeafClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(ticking)
		deaf, other := w.connect(request), lines(w.connect(request))
		time.Sleep(2*Patience - time.Millisecond)
		if n := w.clients(); n != 2 {
			t.Errorf("there are %d clients, want 2", n)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if n := w.clients(); n != 1 {
			t.Errorf("after %v there are %d clients, want 1", 2*Patience, n)
		}
		if got := other(); len(got) < 3*8*9 {
			t.Errorf("the other got %d lines", len(got))
		}
		w.end(t, deaf)
	})
}

// A client that reads late gets the frames that it had room for, and sees by their ids which it has missed.
func TestFeedOfASlowClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(ticking)
		c := w.connect(request)
		time.Sleep(5*time.Second + time.Millisecond)
		slow := lines(c)
		time.Sleep(time.Second)
		var ids []string
		for _, line := range slow() {
			if id, ok := strings.CutPrefix(line, "id: "); ok {
				ids = append(ids, id)
			}
		}
		if got := strings.Join(ids[:6], " "); got != "1 2 3 4 42 43" {
			t.Errorf("it got frames %s", got)
		}
		w.end(t)
	})
}

// While the workers take their time, a comment shows that the stream is alive. Trouble is told, and may end.
func TestFeedInTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fails atomic.Bool
		w := watch(func(ctx context.Context, _ map[int]int64) (Frame, error) {
			if fails.Load() {
				return Frame{}, errors.New("<script>\u202e")
			}
			<-ctx.Done()
			return Frame{}, ctx.Err()
		})
		c := lines(w.connect(request))
		time.Sleep(Patience + time.Millisecond)
		fails.Store(true)
		time.Sleep(Patience)
		got := c()
		want := []string{
			"retry: 1000", "", ": the workers have not answered yet", "", ": the workers have not answered yet", "",
			"id: 1", "event: trouble", `data: {"error":"context deadline exceeded"}`, "",
		}
		if len(got) < len(want) || strings.Join(got[:len(want)], "\n") != strings.Join(want, "\n") {
			t.Errorf("got %q", got)
		}
		if last := got[len(got)-2]; last != `data: {"error":"\u003cscript\u003e\u202e"}` {
			t.Errorf("in the end it got %q", last)
		}
		w.end(t)
	})
}

// The feed has a part of the slots, and leaves the others to other requests.
func TestFeedsAreBounded(t *testing.T) {
	for slots, want := range map[int]int{4: 1, 8: 2, 32: 8, 128: 16} {
		if got := feeds(slots); got != want {
			t.Errorf("with %d slots: %d clients of /live, want %d", slots, got, want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		w := watch(ticking)
		most := feeds(Slots(Descriptors()))
		var all []net.Conn
		for range most {
			c := w.connect(request)
			go io.Copy(io.Discard, c)
			all = append(all, c)
		}
		synctest.Wait()
		c := w.connect(request)
		if got := status(c); got != http.StatusTooManyRequests {
			t.Errorf("one too many got %d", got)
		}
		all[0].Close()
		time.Sleep(time.Second)
		again := w.connect(request)
		go io.Copy(io.Discard, again)
		synctest.Wait()
		if n := w.clients(); n != most {
			t.Errorf("there are %d clients, want %d", n, most)
		}
		w.end(t, append(all, c, again)...)
	})
}
