package watch

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/clipperhouse/displaywidth"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/admin/live"
)

const start = admin.Millis(1_796_000_000_000)

// worker is the article's pool with some requests that run and some that wait, seconds after the start.
func worker(running, waiting int, now admin.Millis) admin.LiveWorker {
	w := admin.LiveWorker{
		Statistics: admin.Statistics{
			Worker: 4711, Number: 1, Address: "127.0.0.1:8080", Limit: 40, Borrowed: running, Busy: running, Waiting: waiting,
			Held: int64(running + waiting), Peak: running, Accepted: int64(running + waiting),
		},
		Order: "last in, first out", Sleep: "5s", Connections: running + waiting, Backlog: &admin.Backlog{Limit: 2048},
		Loop: admin.LiveLoop{State: admin.LoopServes},
	}
	for i := range running {
		arrived := now - 3000 + admin.Millis(i)*100
		w.Threads = append(w.Threads, admin.LiveThread{Number: i + 1, Name: "AnyIO worker thread", Runs: &admin.LiveCall{ID: fmt.Sprint(i + 1), Arrived: arrived, Since: arrived, Thread: i + 1}})
	}
	for i := waiting; i > max(0, waiting-admin.MostLive); i-- {
		arrived := now - admin.Millis(waiting-i+1)*10
		w.Queue = append(w.Queue, admin.LiveCall{ID: fmt.Sprint(running + i), Arrived: arrived, Since: arrived})
	}
	return w
}

func article(workers ...admin.LiveWorker) *admin.Frame {
	return &admin.Frame{
		Time: start, Workers: workers,
		Server: admin.Server{Stack: "uvicorn", Vintage: "2023-03", App: "fastapi", Mode: "threadpool", Version: "v1.2.3"},
	}
}

func seen(frames ...*admin.Frame) *Model {
	m := &Model{}
	for _, f := range frames {
		m.Add(live.Event{Frame: f})
	}
	return m
}

// run is some seconds in which requests of one second finish in four threads.
func run() *Model {
	m := &Model{}
	for i := range 160 {
		now := start + admin.Millis(i)*125
		second := i / 8
		w := worker(4, 30, now)
		w.Statistics.Limit, w.Statistics.Answered = 4, int64(4*second)
		for j := range w.Threads {
			r := w.Threads[j].Runs
			r.ID, r.Since = fmt.Sprint(4*second+j+1), start+admin.Millis(second)*1000
			r.Arrived = r.Since - 2000
			if i%8 == 0 && second > 0 {
				w.Ended = append(w.Ended, admin.LiveCall{ID: "x", Thread: j + 1, Arrived: r.Since - 3000, Since: r.Since - 1000, Until: r.Since, Outcome: admin.Answered})
			}
		}
		f := article(w)
		f.Time = now
		m.Add(live.Event{Frame: f})
	}
	return m
}

func blocked() *Model {
	w := worker(1, 0, start)
	w.Order, w.Sleep, w.Threads, w.Statistics.Limit = "", "5s", nil, 40
	w.Loop = admin.LiveLoop{State: admin.LoopBlocked, Since: start - 3200, By: &admin.LiveCall{ID: "41", Since: start - 3200, Arrived: start - 3200}}
	w.Blocks = []admin.LiveCall{{ID: "40", Since: start - 8200, Until: start - 3300, Outcome: admin.Answered}}
	w.Backlog.Waiting = 17
	f := article(w)
	f.Server.Mode = "async-misuse"
	return seen(f)
}

func program() *Model {
	call := func(id, function string, since admin.Millis) admin.LiveCall {
		return admin.LiveCall{ID: id, Route: "GET /items/{id}", Function: function, Arrived: start - since - 100, Since: start - since}
	}
	w := worker(0, 2, start)
	w.Sleep, w.Statistics.Limit = "", 4
	for i, function := range []string{"handler", "dependency user", "handler"} {
		c := call(fmt.Sprint(i+1), function, admin.Millis(i+1)*700)
		w.Threads = append(w.Threads, admin.LiveThread{Number: i + 1, Runs: &c})
	}
	w.Threads[1].Runs.Left = true
	w.Threads = append(w.Threads, admin.LiveThread{Number: 4})
	w.Tasks, w.TasksTotal = []admin.LiveCall{call("9", "handler", 2500)}, 7
	w.Statistics.Pools = []admin.Pool{{Name: "db", Size: 2, Overflow: 1, InUse: 3, Waiting: 9, Timeouts: 1}, {Name: "cache", Size: 5}}
	for i := range 8 {
		w.Statistics.Zombies = 1
		w.Queue[i%2].Route = "GET /items/{id}"
		if i < 3 {
			w.Pools = append(w.Pools[:0], admin.LivePool{Name: "db", Holders: append(holders(w), call(fmt.Sprint(i+1), "", 900))})
		}
	}
	for i := range 8 {
		w.Pools[0].Waiters = append(w.Pools[0].Waiters, call(fmt.Sprint(10+i), "", 400))
	}
	w.Pools = append(w.Pools, admin.LivePool{Name: "cache"})
	f := article(w)
	f.Server.Mode, f.Server.Program = "", "shop"
	return seen(f)
}

func holders(w admin.LiveWorker) []admin.LiveCall {
	if len(w.Pools) == 0 {
		return nil
	}
	return w.Pools[0].Holders
}

// hostile is what clients may send as an id, and more than that.
func hostile() *Model {
	ids := []string{
		"\x1b[2J\x1b]0;owned\x07", "a\r\nb\tc", "\u202egnirts\u2066", "e\u0301\u0301\u0301\u0301\u0301\u0301", "界界界界界界界界界界界界界界界界", "\u200b\u200d\ufeff",
		strings.Repeat("x", 1<<20), "👩‍👩‍👧‍👦 family", "\xff\xfe\x9b31m", "❤\ufe0f", "", "\u0301", strings.Repeat("\u0301", 1<<16), "ᄀᄀᄀ각", "﷽", "\U000e0041tag",
	}
	w := worker(len(ids), len(ids), start)
	for i, id := range ids {
		w.Threads[i].Runs.ID, w.Threads[i].Runs.Route, w.Threads[i].Name = id, id, id
		w.Queue[i].ID = id
	}
	w.Threads[1].Runs.Since, w.Threads[2].Runs.Since, w.Threads[3].Runs.Since = 0, start*10, -1e300
	w.Sleep, w.Order, w.Statistics.Address = ids[0], ids[0], ids[0]
	w.Statistics.Limit, w.Statistics.Waiting, w.Statistics.LongestWait = -5, math.MaxInt32, 1e300
	w.Loop = admin.LiveLoop{State: admin.LoopBlocked, By: &admin.LiveCall{ID: ids[0]}}
	w.Pools = []admin.LivePool{{Name: ids[0], Holders: w.Queue}}
	f := article(w, admin.LiveWorker{Statistics: admin.Statistics{Number: 2, Error: "\x1b[31mdead"}}, admin.LiveWorker{})
	f.Server = admin.Server{Stack: ids[0], Vintage: ids[2], Version: ids[6], Program: ids[4]}
	return seen(f)
}

func silent() *Model {
	w := admin.LiveWorker{Statistics: admin.Statistics{Number: 2, Error: "no answer within 5s"}}
	third := worker(2, 0, start)
	third.Statistics.Number, third.Statistics.Worker = 3, 4713
	return seen(article(worker(3, 4, start), w, third))
}

func lost() *Model {
	m := seen(article(worker(2, 1, start)))
	m.Add(live.Event{Lost: errors.New("connection refused"), Again: 2 * time.Second})
	return m
}

func paused() *Model {
	w := worker(2, 0, start)
	w.Statistics.Paused, w.Statistics.Holding, w.Statistics.Refused, w.Statistics.Limit = true, true, 12345, admin.MostThreads
	w.Loop = admin.LiveLoop{State: admin.LoopPaused, Since: start - 71_000}
	w.Threads[0].Runs.Left = true
	w.Ended = []admin.LiveCall{{Thread: 2, Since: start - 8000, Until: start - 5000, Outcome: admin.ClientLeft}}
	return seen(article(w))
}

// Each picture is a file, so that a change can be looked at.
func TestDraw(t *testing.T) {
	for _, tt := range []struct {
		name          string
		m             *Model
		v             View
		width, height int
	}{
		{"queue", run(), View{}, 80, 24},
		{"large", run(), View{}, 132, 40},
		{"blocked", blocked(), View{}, 80, 24},
		{"program", program(), View{}, 100, 30},
		{"ten-thousand", seen(article(worker(40, 10_000, start))), View{Scroll: [2]int{0, 251}, Column: 1}, 80, 24},
		{"silent", silent(), View{Worker: 1}, 80, 24},
		{"hostile", hostile(), View{}, 80, 24},
		{"refused", run(), View{Notice: Notice{"limit nine: value: \"nine\" is not a whole number; accepted: a whole number from 1 to 2147483647, or unlimited", Bad}}, 80, 24},
		{"small", run(), View{}, 40, 10},
		{"small-queue", run(), View{Column: 1, Scroll: [2]int{0, 3}}, 40, 10},
		{"lost", lost(), View{Notice: Notice{"hold: done", Good}}, 80, 16},
		{"connecting", &Model{}, View{}, 80, 5},
		{"paused", paused(), View{Notice: Notice{"pause: done", Good}}, 80, 18},
		{"help", run(), View{Help: true}, 80, 24},
		{"question", run(), View{Asks: &Question{Text: "limit? ", Answer: "20"}}, 60, 8},
	} {
		t.Run(tt.name, func(t *testing.T) {
			golden(t, tt.name, Draw(tt.m, &tt.v, tt.width, tt.height).String())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check.Equal(t, path+" (UPDATE=1 writes it)", got, string(want))
}

// Whatever the size and whatever clients have sent, no cell commands the terminal, and no row is longer than it has room.
func TestDrawIsSafe(t *testing.T) {
	for _, m := range []*Model{run(), blocked(), program(), hostile(), silent(), {}, lost(), paused(), seen(&admin.Frame{Time: 1})} {
		for _, width := range []int{0, 1, 2, 3, 7, 13, 22, 40, 63, 64, 81, 139} {
			for _, height := range []int{0, 1, 2, 3, 4, 5, 9, 16, 36} {
				for _, v := range []View{{}, {Worker: 9, Column: 1, Scroll: [2]int{999, 999}}, {Help: true}, {Asks: &Question{Text: "界? ", Answer: "\x1b"}}, {Notice: Notice{"\x1b[2J", Bad}}} {
					safely(t, Draw(m, &v, width, height))
				}
			}
		}
	}
}

func safely(t *testing.T, s *Screen) {
	t.Helper()
	for y := range s.Height {
		for x := range s.Width {
			c := s.At(x, y).Text
			bad := strings.IndexFunc(c, func(r rune) bool { return !unicode.IsPrint(r) })
			if bad >= 0 || len(c) > 40 || displaywidth.String(c) > min(2, s.Width-x) {
				t.Fatalf("%dx%d: cell %d,%d is %q", s.Width, s.Height, x, y, c)
			}
			if wide(c) && s.At(x+1, y).Text != "" {
				t.Fatalf("%dx%d: cell %d,%d is in a wide character", s.Width, s.Height, x+1, y)
			}
		}
	}
}

// What is urgent is not only in words.
func TestInks(t *testing.T) {
	for _, tt := range []struct {
		name string
		m    *Model
		text string
		want Ink
	}{
		{"blocked", blocked(), "blocked for 3.20s by #41", Alarm},
		{"the lane of a blocked loop", blocked(), "█████", Blocked},
		{"running", run(), "━━", Running},
		{"ended", run(), "├──", Ended},
		{"left", program(), "left #2 GET", Left},
		{"had left", paused(), "├╌", Left},
		{"lost", lost(), "reconnecting", Bad},
		{"live", run(), "live", Good},
		{"next", run(), "#34", Waiting},
		{"paused", paused(), "paused for 71.0s", Stopped},
		{"silent", silent(), "2: silent", Bad},
		{"the column that keys act on", run(), "4 threads", Chosen},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Draw(tt.m, &View{}, 120, 30)
			for y, line := range strings.Split(s.String(), "\n") {
				before, _, found := strings.Cut(line, tt.text)
				if found {
					check.Equal(t, tt.text, s.At(displaywidth.String(before), y).Ink, tt.want)
					return
				}
			}
			t.Errorf("no %q in\n%v", tt.text, s)
		})
	}
}
