package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// The pictures in the documentation are what this program draws.
func TestPicturesAreCurrent(t *testing.T) {
	pictures, err := all()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range pictures {
		got, err := os.ReadFile("../../../docs/" + name)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("docs/%s is not what is drawn now: make pictures writes it again (%v)", name, err)
		}
	}
}

// The vintages differ in the order of the queue, and docs/plot.md says so.
func TestWhatThePlotsSay(t *testing.T) {
	for i, want := range [][]string{
		{"2023-03.ndjson: last in, first out (100 % of starts took the newest)", "current.ndjson: first in, first out (100 % of starts took the oldest)"},
		{"60 requests in ", "at most 8 running and 30 waiting", "not answered"},
	} {
		svg, err := plots()[i].draw()
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(string(svg), text) {
				t.Errorf("%s does not say %q", plots()[i].file, text)
			}
		}
	}
}

// What the picture says of each mode holds in the run that it is drawn from.
func TestWhatThePictureSays(t *testing.T) {
	for i, want := range []struct {
		most int   // that run at once
		next []int // which requests start, in their order, after those that start at once
	}{
		{3, []int{10, 11, 12, 9, 8, 7, 6, 5, 4}},
		{1, []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
		{10, nil}, // the first is answered when the eleventh is sent
	} {
		flags := modes()[i].flags
		all, err := play(flags)
		if err != nil {
			t.Fatal(err)
		}
		most, late := 0, []int{}
		for k, r := range all {
			n := 0
			for _, other := range all {
				if other.started <= r.started && r.started < other.answered {
					n++
				}
			}
			most = max(most, n)
			if r.started-r.sent > 10*time.Millisecond {
				late = append(late, k+1)
			}
			if r.sent > r.accepted || r.accepted > r.started || r.started >= r.answered {
				t.Errorf("%s: request %d goes back in time: %+v", flags, k+1, r)
			}
		}
		slices.SortFunc(late, func(a, b int) int { return int(all[a-1].started - all[b-1].started) })
		if !slices.Equal(late, want.next) && len(late)+len(want.next) > 0 {
			t.Errorf("%s: after the first, these start: %v, want %v", flags, late, want.next)
		}
		if most != want.most {
			t.Errorf("%s: %d at once, want %d", flags, most, want.most)
		}
	}
	blocked, err := play(modes()[1].flags)
	if err != nil {
		t.Fatal(err)
	}
	if r := blocked[1]; r.accepted < time.Second {
		t.Errorf("a connection was accepted after %v, while a handler blocked the loop", r.accepted)
	}
}
