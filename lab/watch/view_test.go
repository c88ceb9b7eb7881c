package watch

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/admin"
)

// press types keys, which are separated by commas, and returns the commands that they gave.
func press(v *View, m *Model, keys string) string {
	var commands []string
	for key := range strings.SplitSeq(keys, ",") {
		s := Draw(m, v, 80, 24)
		command, quit := v.Press(key, m, s)
		if command != nil {
			commands = append(commands, command.Method+" "+command.Target)
		}
		if quit {
			commands = append(commands, "quit")
		}
	}
	return strings.Join(commands, ", ")
}

func TestCommands(t *testing.T) {
	for keys, want := range map[string]string{
		"q":                          "quit",
		"ctrl-c":                     "quit",
		"l,ctrl-c":                   "quit",
		"l,1,2,enter":                "PUT /limit?value=12",
		"l,1,2,backspace,enter":      "PUT /limit?value=1",
		"l,1,2,ctrl-u,7,enter":       "PUT /limit?value=7",
		"l,1,escape,2":               "",
		"l,enter":                    "",
		"l,q,escape,q":               "quit",
		"l,backspace,é,&,enter":      "PUT /limit?value=%C3%A9%26",
		"l,up,page up,tab,\x1b,1":    "",
		"s, ,1,0,0,m,s, ,enter":      "PUT /sleep?value=100ms",
		"p":                          "POST /pause",
		"h":                          "POST /hold",
		"r,enter":                    "POST /release",
		"r,5,enter":                  "POST /release?n=5",
		"R,y":                        "POST /reset",
		"R,n,y":                      "",
		"R,enter":                    "",
		"R,escape":                   "",
		"?,q":                        "",
		"?,x,q":                      "quit",
		"x, ,enter,backspace,ctrl-u": "",
	} {
		check.Equal(t, keys, press(&View{}, run(), keys), want)
	}
	check.Equal(t, "while paused", press(&View{}, paused(), "p"), "POST /resume")
	check.Equal(t, "before the first frame", press(&View{}, &Model{}, "p,tab,right,9,end,h,q"), "POST /pause, POST /hold, quit")
}

// What is typed has a bound.
func TestLongAnswer(t *testing.T) {
	v := &View{}
	press(v, run(), "l"+strings.Repeat(",7", 500))
	if n := len(v.Asks.Answer); n > 100 {
		t.Errorf("the answer has %d bytes", n)
	}
}

func TestMoves(t *testing.T) {
	long := seen(article(worker(40, 10_000, start)))
	several := seen(article(worker(40, 5, start), worker(40, 5, start), worker(1, 0, start)))
	for _, tt := range []struct {
		m          *Model
		keys, want string // worker, column and scroll
	}{
		{long, "down,j,down,up", "0 0 [2 0]"},
		{long, "k,up", "0 0 [0 0]"},
		{long, "page down, ", "0 0 [25 0]"}, // 40 rows, of which 15 are in sight
		{long, "end,down,page down", "0 0 [25 0]"},
		{long, "G,page up", "0 0 [11 0]"},
		{long, "G,home", "0 0 [0 0]"},
		{long, "tab,end", "0 1 [0 242]"}, // 256 and the row that counts the rest
		{long, "tab,j,tab,j", "0 0 [1 1]"},
		{long, "right,left,2", "0 0 [0 0]"},
		{several, "right", "1 0 [0 0]"},
		{several, "j,right,right,right,[", "1 0 [0 0]"},
		{several, "3,]", "2 0 [0 0]"},
		{several, "9,left", "0 0 [0 0]"},
	} {
		v := View{}
		press(&v, tt.m, tt.keys)
		check.Equal(t, tt.keys, fmt.Sprint(v.Worker, v.Column, v.Scroll), tt.want)
	}
}

// When workers and rows go away, the view stays within what there is.
func TestViewOfLess(t *testing.T) {
	v := View{Worker: 2, Scroll: [2]int{30, 200}}
	golden(t, "small", Draw(run(), &v, 40, 10).String())
	check.Equal(t, "scroll", v.Scroll, [2]int{0, 25})
	check.Equal(t, "no worker", strings.Contains(Draw(seen(&admin.Frame{Time: 1}), &v, 80, 24).String(), "no worker is running"), true)
}

// Requests that came at the same moment are told apart by their places.
func TestArrivals(t *testing.T) {
	at := func(since ...admin.Millis) (queue []admin.LiveCall) {
		for _, s := range since {
			queue = append(queue, admin.LiveCall{Since: s, Arrived: s})
		}
		return queue
	}
	for _, tt := range []struct {
		queue []admin.LiveCall
		total int
		order string
		want  []int
	}{
		{at(3, 2, 1), 3, "last in, first out", []int{3, 2, 1}},
		{at(1, 2, 3), 3, "first in, first out", []int{1, 2, 3}},
		{at(1, 1, 1), 3, "last in, first out", []int{3, 2, 1}},
		{at(1, 1, 1), 3, "first in, first out", []int{1, 2, 3}},
		{at(9, 8), 100, "last in, first out", []int{100, 99}},
		{at(1, 2), 100, "first in, first out", []int{1, 2}},
		{at(3, 1, 2), 3, "", []int{3, 1, 2}},
	} {
		check.Equal(t, tt.order, fmt.Sprint(arrivals(tt.queue, tt.total, tt.order)), fmt.Sprint(tt.want))
	}
}
