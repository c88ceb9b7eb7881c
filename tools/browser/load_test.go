package browser_test

import (
	"fmt"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/tools/browser"
)

// measure counts frames of the stream, and notes how long each drawing takes and how far apart they are.
const measure = `
window.drawn = []; window.between = []; window.frames = 0;
const later = window.requestAnimationFrame.bind(window);
let before = 0;
window.requestAnimationFrame = (f) => later((at) => {
  const began = performance.now();
  f(at);
  window.drawn.push(performance.now() - began);
  if (before) window.between.push(at - before);
  before = at;
});
const parse = JSON.parse;
JSON.parse = (text) => { const v = parse(text); if (v?.workers) window.frames++; return v; };
`

// figures are the percentiles of a list that measure has made, in milliseconds.
type figures struct{ N, Median, High, Most float64 }

func measured(t *testing.T, tab *browser.Tab, list string) figures {
	t.Helper()
	return value[figures](t, tab, fmt.Sprintf(`(() => {
  const all = window.%s.sort((a, b) => a - b), at = (q) => all[Math.min(all.length - 1, Math.floor(q * all.length))] ?? 0;
  return { N: all.length, Median: at(0.5), High: at(0.95), Most: at(1) };
})()`, list))
}

// crowd opens many connections, each with a request, and keeps them.
func (s *server) crowd(n int) {
	s.t.Helper()
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	if err != nil || limit.Cur < uint64(n+1000) {
		s.t.Skipf("skipped: %d open files are needed, and %d are allowed (ulimit -n)", n+1000, limit.Cur)
	}
	var wg sync.WaitGroup
	for part := range 8 {
		wg.Go(func() {
			for i := part; i < n; i += 8 {
				c, err := net.Dial("tcp", s.addr)
				if err != nil {
					s.t.Error(err)
					return
				}
				s.t.Cleanup(func() { c.Close() })
				fmt.Fprintf(c, "GET /?id=%d HTTP/1.1\r\nHost: localhost\r\n\r\n", i)
			}
		})
	}
	wg.Wait()
}

// With 10,000 requests in the queue, frames come and are drawn as with ten. While the queue drains at full speed, too.
func TestKeepsUp(t *testing.T) {
	s := start(t, "--limit", "40", "--sleep", "20ms")
	s.do("POST", "/hold")
	s.crowd(10_040)
	s.do("GET", "/wait?waiting=10000&timeout=30s")
	tab := s.open(browser.Look{Width: 1440, Height: 900}, measure)
	s.agrees(tab)
	says(t, tab, ".station.queue", "Queue10,000")
	says(t, tab, ".queue .more", "more")
	for _, what := range []string{"10,000 wait", "the queue drains"} {
		value[int](t, tab, "window.drawn.length = window.between.length = window.frames = 0")
		if what == "the queue drains" {
			s.do("POST", "/release")
		}
		began := time.Now()
		eventually(t, "frames come", func() bool { return value[int](t, tab, "window.frames") >= 24 })
		rate := 24 / time.Since(began).Seconds()
		drawing, between := measured(t, tab, "drawn"), measured(t, tab, "between")
		t.Logf("%s: %.1f frames a second; %v drawings, each took %.1f ms (95 %%: %.1f, most: %.1f); %.1f ms from one to the next (95 %%: %.1f)",
			what, rate, drawing.N, drawing.Median, drawing.High, drawing.Most, between.Median, between.High)
		if drawing.N < 10 || drawing.Median > 50 {
			t.Errorf("%s: the page does not keep up: %v drawings of %v ms", what, drawing.N, drawing.Median)
		}
	}
	s.do("GET", "/wait?busy=0&waiting=0&timeout=30s")
	s.agrees(tab)
}
