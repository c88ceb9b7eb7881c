package trace

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/tracetext"
)

func example() []byte {
	p := NewPerfetto(Process{PID: 4_194_303, Name: "worker 1", Start: time.Second}, "id", "work")
	loop := p.Thread(4_194_303, "event loop", 1)
	lanes := p.Lanes(p.Process(), "requests", 1)
	first := lanes.Take(time.Second)
	p.Begin(first, time.Second, "GET ", "/?id=\xff")
	p.Flow(p.NewFlow(1))
	p.Text(0, strings.Repeat("ä", 5000))
	p.Instant(loop, 2*time.Second, "answer")
	p.Correlate(p.NewFlow(1))
	p.End(first, 2*time.Second)
	p.Seconds(1, 1500*time.Millisecond)
	p.Int(0, -1)
	p.Bool(1, true)
	return p.Take()
}

func TestPerfetto(t *testing.T) {
	lines, err := tracetext.Lines(example())
	want := []string{
		"1s requests: begin GET /?id=\ufffd flow=1 id=\"" + strings.Repeat("ä", 500) + "…\"",
		"2s event loop: instant answer of=1",
		"2s requests: end work=1.5 id=-1 work=true",
	}
	if err != nil || strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %s, %v\nwant %s", strings.Join(lines, "\n"), err, strings.Join(want, "\n"))
	}
}

// Wherever a trace is cut off, the packets before are found, and they are whole.
func TestWholePackets(t *testing.T) {
	trace, last := example(), 0
	for n := range len(trace) + 1 {
		end := wholePackets(trace[:n], n)
		if end != wholePackets(trace, n) || end < last || end > n {
			t.Fatalf("of %d bytes %d are whole, or %d", n, end, wholePackets(trace, n))
		}
		if _, err := tracetext.Lines(trace[:end]); err != nil {
			t.Fatalf("%d bytes: %v", end, err)
		}
		last = end
	}
	if last != len(trace) {
		t.Errorf("%d of %d bytes are whole packets", last, len(trace))
	}
}

// Slices on one lane never overlap, and there are no more lanes than slices at once, except for those that overlap by the order
// in which requests are noted.
func TestLanes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	p := NewPerfetto(Process{PID: 1})
	lanes := p.Lanes(p.Process(), "requests", 1)
	free, taken, made := map[Track]time.Duration{}, []Track{}, map[Track]bool{}
	now, most := time.Duration(0), 0
	for range 100_000 {
		now += time.Duration(random.IntN(3))
		if len(taken) > 0 && random.IntN(100) < 50 {
			i := random.IntN(len(taken))
			lanes.Put(taken[i], now)
			free[taken[i]] = now
			taken[i] = taken[len(taken)-1]
			taken = taken[:len(taken)-1]
			continue
		}
		from := now - time.Duration(random.IntN(5))
		lane := lanes.Take(from)
		if since, used := free[lane]; used && since > from {
			t.Fatalf("lane %d is free from %d on, and taken from %d on", lane, since, from)
		}
		for _, other := range taken {
			if other == lane {
				t.Fatalf("lane %d is taken twice", lane)
			}
		}
		taken, made[lane] = append(taken, lane), true
		most = max(most, len(taken))
	}
	if len(made) > most+10 {
		t.Errorf("%d lanes for %d slices at once", len(made), most)
	}
}

// The lane that is shown first is taken first.
func TestFirstLaneIsTaken(t *testing.T) {
	p := NewPerfetto(Process{PID: 1})
	lanes := p.Lanes(p.Process(), "requests", 1)
	var all [5]Track
	for i := range all {
		all[i] = lanes.Take(0)
	}
	for _, i := range []int{3, 1, 4, 2} {
		lanes.Put(all[i], 1)
	}
	for i := 1; i < 5; i++ {
		if got := lanes.Take(1); got != all[i] {
			t.Errorf("lane %d is taken, want %d", got, all[i])
		}
	}
}

// BenchmarkPerfetto is what a request costs that waits for its thread.
func BenchmarkPerfetto(b *testing.B) {
	p := NewPerfetto(Process{PID: 12345}, "id", "wait", "work", "worker", "number", "outcome", "status", "client_left")
	loop, thread := p.Thread(12345, "event loop", 1), p.Thread(1, "thread", 2)
	requests, queue := p.Lanes(p.Process(), "requests", 1), p.Lanes(p.Process(), "queue", 2)
	at, bytes := 1000*time.Second, 0
	b.ReportAllocs()
	for b.Loop() {
		at += time.Microsecond
		request, flow := requests.Take(at), p.NewFlow(uint64(at))
		p.Begin(request, at, "GET", " ", "/?id=123")
		p.Flow(flow)
		p.Text(0, "123")
		waits := queue.Take(at)
		p.Begin(waits, at, "123")
		p.Flow(flow)
		p.Text(0, "123")
		p.End(waits, at)
		queue.Put(waits, at)
		p.Begin(thread, at, "handler", " ", "123")
		p.Flow(flow)
		p.Text(0, "123")
		p.End(thread, at)
		p.Instant(loop, at, "answer")
		p.Flow(flow)
		p.End(request, at)
		requests.Put(request, at)
		p.Seconds(1, time.Second)
		p.Seconds(2, time.Second)
		p.Int(3, 12345)
		p.Int(4, 100)
		p.Text(5, "answered")
		p.Int(6, 200)
		p.Bool(7, false)
		bytes += len(p.Take())
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "B/request")
}
