package runs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/plot"
)

// script is a run as a test writes it: for each request its arrival, start and end in milliseconds, and its thread. A start
// or an end below 0 has not been. The worker is the thread's hundreds.
func script(requests ...[4]int) Run {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	r := Run{Name: "script"}
	for i, q := range requests {
		one := Request{Arrival: ms(q[0]), Started: q[1] >= 0, Ended: q[2] >= 0, Worker: q[3] / 100, Thread: q[3] % 100, ID: fmt.Sprint(i + 1)}
		if one.Started {
			one.Start = ms(q[1])
		}
		if one.Ended {
			one.End, one.Outcome = ms(q[2]), "answered"
		}
		r.Requests = append(r.Requests, one)
		r.Last = max(r.Last, one.Arrival, one.Start, one.End)
	}
	return r
}

// pool is what a pool of threads does with requests that arrive step milliseconds apart and take work milliseconds.
func pool(n, step, limit, work int, newest bool) Run {
	all := make([][4]int, n)
	var queue []int
	free := make([]int, limit) // when each thread is free
	for i, now := 0, 0; i < n || len(queue) > 0; now++ {
		for ; i < n && i*step <= now; i++ {
			queue = append(queue, i)
			all[i][0] = now
		}
		for t := 0; t < limit && len(queue) > 0; t++ {
			if free[t] > now {
				continue
			}
			k := 0
			if newest {
				k = len(queue) - 1
			}
			all[queue[k]] = [4]int{all[queue[k]][0], now, now + work, t + 1}
			queue, free[t] = slices.Delete(queue, k, k+1), now+work
		}
	}
	return script(all...)
}

func TestNexts(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  Run
		want next
		text string
	}{
		{"none queued", script([4]int{0, 0, 5, 1}, [4]int{1, 1, 6, 2}), next{}, "no two were queued"},
		{"one queued", script([4]int{0, 0, 5, 1}, [4]int{1, 5, 9, 1}), next{}, "no two were queued"},
		{"first in, first out", pool(20, 1, 2, 100, false), next{17, 17, 0}, "first in, first out (100 % of starts took the oldest)"},
		{"last in, first out", pool(20, 1, 2, 100, true), next{17, 0, 17}, "last in, first out (100 % of starts took the newest)"},
		{
			"the middle one", script([4]int{0, 0, 10, 1}, [4]int{1, 20, 30, 1}, [4]int{2, 10, 20, 1}, [4]int{3, 30, 40, 1}),
			next{2, 1, 0},
			"the oldest was next in 50 % of starts, the newest in 0 %",
		},
		{ // each worker has a queue of its own
			"two workers", script([4]int{0, 0, 10, 101}, [4]int{0, 0, 10, 201}, [4]int{1, 20, 30, 101}, [4]int{2, 10, 20, 201}, [4]int{3, 10, 20, 101}),
			next{1, 0, 1},
			"last in, first out (100 % of starts took the newest)",
		},
		{ // the last one comes when the thread has been given away
			"at the same moment", script([4]int{0, 0, 10, 1}, [4]int{1, 20, 30, 1}, [4]int{2, 10, 20, 1}, [4]int{10, 30, 40, 1}),
			next{2, 1, 1},
			"the oldest was next in 50 % of starts, the newest in 50 %",
		},
		{"queued and never started", script([4]int{0, 0, 10, 1}, [4]int{1, -1, 3, 1}, [4]int{2, 10, 20, 1}), next{}, "no two were queued"},
	} {
		if got := tt.run.nexts(); got != tt.want || got.String() != tt.text {
			t.Errorf("%s: got %+v, %q, want %+v, %q", tt.name, got, got, tt.want, tt.text)
		}
	}
}

func TestByStart(t *testing.T) {
	r := script([4]int{0, 7, 9, 1}, [4]int{1, 5, 9, 1}, [4]int{2, 5, 9, 1}, [4]int{3, -1, 4, 1})
	r.Requests[1].Number, r.Requests[2].Number = 2, 1 // of the same moment
	if got, want := r.byStart(), []int{2, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCounts(t *testing.T) {
	ms := time.Millisecond
	r := script([4]int{0, 0, 10, 1}, [4]int{2, 10, 20, 1}, [4]int{4, -1, 6, 0}, [4]int{30, 31, -1, 1}, [4]int{40, -1, -1, 0})
	for _, tt := range []struct {
		name string
		got  counts
		want counts
	}{
		{"running", r.running(), counts{{0, 1}, {10 * ms, 1}, {20 * ms, 0}, {31 * ms, 1}}},
		{"waiting", r.waiting(), counts{{0, 0}, {2 * ms, 1}, {4 * ms, 2}, {6 * ms, 1}, {10 * ms, 0}, {30 * ms, 1}, {31 * ms, 0}, {40 * ms, 1}}},
		{"finished", r.finished(), counts{{6 * ms, 1}, {10 * ms, 2}, {20 * ms, 3}}},
		{
			"thin keeps the extremes of each step", counts{{0, 1}, {1, 9}, {2, 3}, {3, 0}, {4, 4}, {10, 5}}.thin(5),
			counts{{0, 1}, {1, 9}, {3, 0}, {4, 4}, {10, 5}},
		},
		{"thin leaves few as they are", counts{{0, 1}, {7, 2}}.thin(5), counts{{0, 1}, {7, 2}}},
		{"settled drops a dip", counts{{0, 8}, {50, 7}, {51, 8}, {90, 0}}.settled(10), counts{{0, 8}, {51, 8}, {90, 0}}},
		{"settled keeps what lasts", counts{{0, 8}, {50, 7}, {60, 8}, {90, 0}}.settled(10), counts{{0, 8}, {50, 7}, {60, 8}, {90, 0}}},
		{
			"settled takes some where nothing lasts", counts{{0, 1}, {4, 2}, {8, 3}, {12, 4}, {16, 5}, {20, 6}, {24, 7}, {28, 0}}.settled(10),
			counts{{12, 4}, {24, 7}, {28, 0}},
		},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

// lanesOf shows lanes as text: a group a line, with the ids of each lane.
func lanesOf(groups []group) string {
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "worker %d:", g.worker)
		for _, l := range g.lanes {
			fmt.Fprintf(&b, " %s[", l.label)
			for i, q := range l.bars {
				if i > 0 {
					b.WriteString(" ")
				}
				b.WriteString(q.ID)
			}
			b.WriteString("]")
		}
		fmt.Fprintf(&b, " +%d\n", g.more)
	}
	return b.String()
}

func TestLanes(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  Run
		most int
		want string
	}{
		{"two threads", script([4]int{0, 0, 10, 2}, [4]int{0, 0, 10, 1}, [4]int{1, 10, 20, 2}), 9, "worker 0: 1[2] 2[1 3] +0\n"},
		{"too many threads", script([4]int{0, 0, 10, 1}, [4]int{0, 0, 10, 2}, [4]int{0, 0, 10, 3}), 2, "worker 0: 1[1] 2[2] +1\n"},
		{"a loop that runs several at once", script([4]int{0, 0, 10, 0}, [4]int{0, 2, 12, 0}, [4]int{0, 4, 14, 0}, [4]int{0, 10, 20, 0}), 9, "worker 0: main[1 4] [2] [3] +0\n"},
		{"and more than fit", script([4]int{0, 0, 10, 0}, [4]int{0, 2, 12, 0}, [4]int{0, 4, 14, 0}, [4]int{0, 10, 20, 0}), 2, "worker 0: main[1 4] [2] +1\n"},
		{"the clock's jitter is no overlap", script([4]int{0, 0, 10, 1}, [4]int{0, 9, 20, 1}), 9, "worker 0: 1[1 2] +0\n"},
		{"workers share the room", script([4]int{0, 0, 9, 101}, [4]int{0, 0, 9, 102}, [4]int{0, 0, 9, 103}, [4]int{0, 0, 9, 201}), 4, "worker 1: 1[1] 2[2] +1\nworker 2: 1[4] +0\n"},
		{"a request that has not started has no bar", script([4]int{0, -1, 9, 0}, [4]int{0, 0, 9, 1}), 4, "worker 0: 1[2] +0\n"},
		{"one that has not ended goes on", script([4]int{0, 0, -1, 1}, [4]int{0, 5, 9, 1}), 4, "worker 0: 1[1] [2] +0\n"},
	} {
		if got := lanesOf(tt.run.groups(tt.most)); got != tt.want {
			t.Errorf("%s: got %swant %s", tt.name, got, tt.want)
		}
	}
}

func TestBars(t *testing.T) {
	r := script([4]int{0, 0, 10, 1}, [4]int{0, 10, 20, 1}, [4]int{0, 20, 21, 1}, [4]int{0, 21, 22, 1}, [4]int{0, 50, 60, 1})
	r.Requests[4].Outcome = "client left"
	got := bars(r.Requests, r, func(v float64) float64 { return v }, clock{time.Millisecond, "ms"})
	want := []bar{{0, 10, full, "1"}, {10, 20, pale, "2"}, {20, 22, full, ""}, {50, 60, hollow, "5"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCells(t *testing.T) {
	points := []plot.Point{{X: 5.5, Y: 0.5}, {X: 0.1, Y: 0.1}, {X: 1.9, Y: 1.9}, {X: 2, Y: 0}, {X: 2, Y: 2}}
	if got, want := thin(points, 2), []plot.Point{{X: 1, Y: 1}, {X: 3, Y: 1}, {X: 5, Y: 1}, {X: 3, Y: 3}}; !slices.Equal(got, want) {
		t.Errorf("thin: got %v, want %v", got, want)
	}
	points[0].X = 6.5
	if got, want := filled(points, 2), []plot.Rect{{X: 0, Y: 0, Width: 4, Height: 2}, {X: 6, Y: 0, Width: 2, Height: 2}, {X: 2, Y: 2, Width: 2, Height: 2}}; !slices.Equal(got, want) {
		t.Errorf("filled: got %v, want %v", got, want)
	}
}
