package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// The last requests are listed in the order of arrival, the oldest is dropped first, and a reset keeps
// those that have not ended.
func TestHistory(t *testing.T) {
	start := time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)
	now := start
	h := newHistory(3, func() time.Time { return now })
	said := func(last int) string {
		var text []string
		for _, r := range h.last(last) {
			text = append(text, fmt.Sprint(r.ID, " ", r.Outcome, " ", r.Wait, "+", r.Work))
		}
		return strings.Join(text, ", ")
	}
	waiting := func(id string) func(*entry) {
		return func(e *entry) { e.ID, e.Arrival, e.Outcome = id, now, admin.Waiting }
	}
	want := func(when string, last int, want string) {
		t.Helper()
		if got := said(last); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	var all []*entry
	for i := range 5 {
		all = append(all, h.add(waiting(fmt.Sprint(i))))
		now = now.Add(time.Second)
	}
	want("five of whom three are kept", 0, "2 waiting 3+0, 3 waiting 2+0, 4 waiting 1+0")
	h.change(all[4], func(r *admin.Request) { r.Start, r.Outcome, r.Wait = now, admin.Working, 1 })
	h.change(all[3], func(r *admin.Request) { r.End, r.Outcome, r.Wait = now, admin.Refused, 0 })
	h.change(nil, func(*admin.Request) { t.Error("it changes a request that there is not") })
	now = now.Add(10 * time.Second)
	want("the last two", 2, "3 refused 0+0, 4 working 1+10")
	h.forget()
	want("what a reset leaves", 0, "2 waiting 13+0, 4 working 1+10")
	h.add(waiting("5"))
	h.add(waiting("6"))
	want("after that", 9, "4 working 1+10, 5 waiting 0+0, 6 waiting 0+0")
}

// Long text from a client is shortened.
func TestHistoryKeepsTextsShort(t *testing.T) {
	long := strings.Repeat("ä", longestRemembered)
	if got := short("x"+long, longestRemembered); len(got) > longestRemembered+3 || !strings.HasPrefix(got, "xä") || !strings.HasSuffix(got, "ä…") {
		t.Errorf("%d bytes, that begin %q and end %q", len(got), got[:3], got[len(got)-8:])
	}
	if got := short("/?id=1", longestRemembered); got != "/?id=1" {
		t.Errorf("a short one became %q", got)
	}
}
