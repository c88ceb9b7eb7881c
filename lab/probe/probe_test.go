package probe

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pooled gives the requests of a burst of n, a hundredth of a second apart, as a
// pool of some threads that take a second each would have served them.
func pooled(n, threads int, newestFirst bool) []Request {
	requests := make([]Request, n)
	for i := range requests {
		requests[i] = Request{Sent: 0.001 * float64(i), Status: 200, End: "answered"}
		k := i // its place in the order of service
		if i >= threads && newestFirst {
			k = n - 1 - (i - threads)
		}
		requests[i].Ended = float64(k/threads+1) + 0.001*float64(k%threads)
	}
	return requests
}

func latencies(requests []Request) (all []float64) {
	for _, r := range requests {
		all = append(all, r.latency())
	}
	return all
}

func TestWaves(t *testing.T) {
	tests := []struct {
		name      string
		latencies []float64
		want      waves
	}{
		{"a pool of forty, a hundred asked", latencies(pooled(100, 40, false)), waves{40, 40, true, true}},
		{"the same, newest first", latencies(pooled(100, 40, true)), waves{40, 40, true, true}},
		{"none waits", latencies(pooled(30, 40, false)), waves{30, 30, false, true}},
		{"a blocked loop", []float64{1, 2, 3, 4}, waves{1, 1, true, true}},
		{"a blocked loop that sends at the end", []float64{1, 4, 4, 4}, waves{1, 1, true, true}},
		{"the end does not fit", []float64{1, 1, 2, 5}, waves{2, 2, true, false}},
		{"all too late", []float64{3, 3, 3}, waves{0, 1, true, true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := readWaves(test.latencies, 1); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	shuffled := pooled(60, 10, false)
	for i := 10; i < 59; i += 2 {
		shuffled[i].Ended, shuffled[i+1].Ended = shuffled[i+1].Ended, shuffled[i].Ended
	}
	none := pooled(12, 4, false)
	for i, end := range []float64{3, 2, 2.5, 3.5, 2.2, 3.2, 2.8, 2.9} {
		none[4+i].Ended = end
	}
	tests := []struct {
		name     string
		requests []Request
		want     string
	}{
		{"oldest first", pooled(60, 40, false), "first in, first out"},
		{"newest first", pooled(60, 40, true), "last in, first out"},
		{"neighbours swapped", shuffled, "first in, first out"},
		{"neither", none, "no order"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := readOrder(test.requests, 1)
			if got == nil || got.Word != test.want || math.Abs(got.Tau) > 1 {
				t.Errorf("got %+v, want %s", got, test.want)
			}
		})
	}
	// Two lines, each newest first, whose answers lie between each other's.
	lines := pooled(40, 2, true)
	for i, r := range pooled(40, 2, true) {
		r.process, r.Ended = 1, r.Ended+0.3
		lines = append(lines[:2*i+1], append([]Request{r}, lines[2*i+1:]...)...)
	}
	if got := readOrder(lines, 1); got == nil || got.Tau != -1 {
		t.Errorf("two lines have the order %+v, want -1", got)
	}
	if got := readOrder(pooled(6, 4, false), 1); got != nil {
		t.Errorf("two who waited have the order %+v", got)
	}
	if got := readOrder([]Request{{Ended: 9}, {Ended: 8}, {Ended: 7}, {Ended: 6}}, 1); got != nil {
		t.Errorf("those who were not answered have the order %+v", got)
	}
}

func TestCeiling(t *testing.T) {
	burst := func(n, ceiling int, consistent bool) sized {
		return sized{n, n, waves{First: ceiling, Ceiling: ceiling, Reached: ceiling < n, Consistent: consistent}}
	}
	tests := []struct {
		name      string
		found     []sized
		processes int
		requests  int
		reached   bool
		sure      string
	}{
		{"the others refused", []sized{{16, 9, waves{First: 9, Ceiling: 9}}}, 1, 9, true, Likely},
		{"none met", []sized{burst(4, 4, true), burst(16, 16, true)}, 1, 16, false, Sure},
		{"met once", []sized{burst(4, 4, true), burst(16, 6, true)}, 1, 6, true, Likely},
		{"met twice", []sized{burst(16, 6, true), burst(18, 6, true)}, 1, 6, true, Sure},
		{"of two minds", []sized{burst(16, 6, true), burst(18, 9, true)}, 1, 9, true, Unsure},
		{"an end that does not fit", []sized{burst(16, 6, true), burst(18, 6, false)}, 1, 6, true, Unsure},
		{"two processes", []sized{burst(4, 3, true), burst(64, 6, false)}, 2, 6, true, Likely},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ceiling(test.found, test.processes)
			if got.Requests != test.requests || got.Reached != test.reached || got.Sure != test.sure || got.Why == "" {
				t.Errorf("got %+v, want %d, %v, %s", got, test.requests, test.reached, test.sure)
			}
		})
	}
}

func TestVerdict(t *testing.T) {
	pool := &Ceiling{Requests: 40, Reached: true}
	one := &Ceiling{Requests: 1, Reached: true}
	blocked := &Busy{Blocked: true}
	newest := &order{Word: "last in, first out"}
	tests := []struct {
		name string
		f    Findings
		want string
	}{
		{"the article's pool", Findings{Service: 1, Ceiling: pool, Order: newest, Busy: &Busy{}}, "behaves like a pool of 40, last in first out"},
		{"over processes", Findings{Service: 1, Ceiling: pool, Spread: []int{60, 4}}, "behaves like a pool of 40, over 2 processes"},
		{"a blocked loop", Findings{Service: 1, Ceiling: one, Busy: blocked}, "behaves like one at a time: a busy handler blocks everything"},
		{"a pool of one", Findings{Service: 1, Ceiling: one, Busy: &Busy{}}, "behaves like a pool of 1"},
		{
			"a thread for each request",
			Findings{Service: 1, Ceiling: pool, Order: newest, Busy: blocked},
			"behaves like 40 at a time, last in first out, and requests for other paths wait as well",
		},
		{"no ceiling", Findings{Service: 1, Ceiling: &Ceiling{Requests: 256}}, "behaves as if it had no ceiling: 256 at once"},
		{
			"a limit",
			Findings{Service: 1, Ceiling: &Ceiling{Requests: 9, Reached: true}, Busy: &Busy{}, Overload: &Overload{Outcomes: map[string]int{"200": 9, "503": 7}}},
			"works on 9 at once and refuses more",
		},
		{
			"a bounded line",
			Findings{Service: 1, Ceiling: pool, Order: newest, Busy: &Busy{}, Overload: &Overload{Outcomes: map[string]int{"200": 48, "503": 7}}},
			"behaves like a pool of 40, last in first out, and refuses more",
		},
		{"fast", Findings{Service: 0.0004}, "answers in 400µs, too fast for a ceiling to show"},
		{"nothing", Findings{Service: 1}, "got too few requests to tell"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.f.verdict(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	target, err := Parse(t.Context(), "http://127.0.0.1:8080/?id={n}&x=%7E", false)
	if err != nil || target.addr != "127.0.0.1:8080" || target.port() != 8080 || !target.local() {
		t.Errorf("got %+v, %v", target, err)
	}
	if got := string(target.request(7)); !strings.HasPrefix(got, "GET /?id=7&x=%7E HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n") {
		t.Errorf("asks %q", got)
	}
	for text, want := range map[string]string{
		"https://127.0.0.1/":      "http://",
		"127.0.0.1:8080":          "http://",
		"http:///x":               "no host",
		"http://u:p@127.0.0.1/":   "password",
		"http://192.0.2.1:8080/":  "--allow-remote",
		"http://127.0.0.1:x/":     "URL",
		"http://no.such.invalid/": "URL",
	} {
		if _, err := Parse(t.Context(), text, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q in it", text, err, want)
		}
	}
	if _, err := Parse(t.Context(), "http://192.0.2.1/", true); err != nil {
		t.Errorf("with leave: %v", err)
	}
}

// serve runs a server of Go and gives its target.
func serve(t *testing.T, handler http.HandlerFunc) Target {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	target, err := Parse(t.Context(), s.URL+"/?id={n}", false)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// serveInMemory is a probe of a server of Go, in the time of the bubble that t is in.
func serveInMemory(t *testing.T, options Options, handler http.HandlerFunc) *prober {
	t.Helper()
	l := pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(l) }() // which ends when it is closed
	t.Cleanup(func() { _ = server.Close() })
	return inMemory(func(_ int64, c net.Conn) { l.accepted <- c }, options)
}

// pipes is the listener of a server in memory.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	close(p.closed)
	return nil
}

func (pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80} }

// A pool of three, which answers other paths meanwhile and holds nine requests at
// most: the others are refused.
func TestProbeOfAPool(t *testing.T) { synctest.Test(t, probeOfAPool) }

func probeOfAPool(t *testing.T) {
	t.Helper()
	slots, line := make(chan struct{}, 3), make(chan struct{}, 9)
	p := serveInMemory(t, Options{Most: 16, Time: 5 * time.Second}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		select {
		case line <- struct{}{}:
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		slots <- struct{}{}
		time.Sleep(200 * time.Millisecond)
		<-slots
		<-line
		_, _ = io.WriteString(w, "done")
	})
	f, err := p.probe(t.Context())
	if err != nil || !strings.HasPrefix(f.Verdict, "behaves like a pool of 3") {
		t.Fatalf("got %q, %v\n%s", f.Verdict, err, f.Text())
	}
	if f.Busy == nil || f.Busy.Blocked || f.Busy.Status != 404 {
		t.Errorf("while busy: %+v", f.Busy)
	}
	bars := regexp.MustCompile(`h[0-9.]+v[0-9.]+h-[0-9.]+z`)
	if svg := string(f.SVG()); len(bars.FindAllString(svg, -1)) < len(f.Burst) || !strings.HasSuffix(strings.TrimSpace(svg), "</svg>") {
		t.Errorf("the picture has not a bar for each of %d requests", len(f.Burst))
	}
}

// A server on which every path sleeps, with a thread for each connection: another path takes as long as a handler, but no
// longer while handlers run.
func TestProbeOfAServerWhereEveryPathSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serveInMemory(t, Options{Most: 16, Time: 5 * time.Second}, func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(300 * time.Millisecond)
			_, _ = io.WriteString(w, "done")
		})
		f, err := p.probe(t.Context())
		if want := "behaves as if it had no ceiling: 16 at once"; err != nil || f.Verdict != want {
			t.Errorf("got %q, %v; want %q\n%s", f.Verdict, err, want, f.Text())
		}
		if want := "another path does not wait: status 200 after 300ms (idle: 300ms)"; f.Busy == nil || f.Busy.words() != want {
			t.Errorf("got %+v, want %q", f.Busy, want)
		}
	})
}

// The same, one at a time: another path waits for the handlers before it as well.
func TestProbeOfALoopWhereEveryPathSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := make(chan struct{}, 1)
		p := serveInMemory(t, Options{Most: 4, Time: 10 * time.Second}, func(w http.ResponseWriter, _ *http.Request) {
			busy <- struct{}{}
			time.Sleep(300 * time.Millisecond)
			<-busy
			_, _ = io.WriteString(w, "done")
		})
		f, err := p.probe(t.Context())
		if want := "behaves like one at a time: a busy handler blocks everything"; err != nil || f.Verdict != want {
			t.Errorf("got %q, %v; want %q\n%s", f.Verdict, err, want, f.Text())
		}
	})
}

// Nothing is said of a path that the idle server does not answer either.
func TestProbeOfAServerThatAnswersOnePath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serveInMemory(t, Options{Most: 4, Time: 30 * time.Second}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				<-r.Context().Done()
				return
			}
			time.Sleep(300 * time.Millisecond)
			_, _ = io.WriteString(w, "done")
		})
		f, err := p.probe(t.Context())
		if want := "behaves as if it had no ceiling: 4 at once"; err != nil || f.Verdict != want {
			t.Errorf("got %q, %v; want %q\n%s", f.Verdict, err, want, f.Text())
		}
		if f.Busy == nil || f.Busy.Idle >= 0 || !strings.HasPrefix(f.Busy.words(), "not measured") {
			t.Errorf("got %+v, want that it is not measured", f.Busy)
		}
		if f.KeepAlive == nil {
			t.Errorf("the probe spent its time on the path without an answer:\n%s", f.Text())
		}
	})
}

func TestAProbeThatIsInterrupted(t *testing.T) {
	target := serve(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(2 * time.Second):
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, "done")
	})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := Run(ctx, target, Options{Most: 4, Time: time.Minute}); err == nil || time.Since(began) > time.Second {
		t.Errorf("ended after %v with %v; want an error, at once", time.Since(began), err)
	}
}

func TestNoServerListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	listener.Close()
	target, err := Parse(t.Context(), "http://"+addr+"/", false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), target, Options{Most: 4, Time: time.Second}); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that there is no answer", err)
	}
}
