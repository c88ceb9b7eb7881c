package front

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// made is a result whose clients arrived as the phases say: those in the overload got one status, those
// after it another, and every row has the same outcome.
func made(v string, during, after int, outcome string) Result {
	r := Result{Variant: Variant{Name: v, Title: v, Balancer: HAProxy}}
	at := time.Duration(0)
	for i, p := range phases() {
		for k := range p.Rate * int(p.Time) / int(time.Second) {
			sent := at + time.Duration(k)*time.Second/time.Duration(p.Rate)
			status := []int{200, during, after}[i]
			if during == 503 && k%2 == 0 {
				status = 200 // with a bound the others are answered
			}
			r.Visits = append(r.Visits, Visit{Sent: sent, Ended: sent + work, Status: status})
			r.Rows = append(r.Rows, Row{Visit: len(r.Visits) - 1, Started: status != 503, Start: sent, End: sent + work, Outcome: outcome})
		}
		at += p.Time
	}
	return r
}

func TestFigures(t *testing.T) {
	r := made(UnboundedFIFO, 504, 504, left)
	if got, want := len(r.Visits), 2*20+4*80+12*24; got != want {
		t.Errorf("%d clients, want %d", got, want)
	}
	if r.Goodput() != 0 || r.ForNobody() != 1 || r.PerVisit() != 1 || r.ServedAfter() != 0 {
		t.Errorf("no client answered: goodput %v, wasted %v, runs per client %v, answered after the overload %v; want 0, 1, 1, 0", r.Goodput(), r.ForNobody(), r.PerVisit(), r.ServedAfter())
	}
	if d, ok := r.Recovery(); ok {
		t.Errorf("recovered after %v, want never", d)
	}
	r = made(Bounded, 503, 200, "answered")
	if r.Goodput() != 1 || r.ForNobody() != 0 || r.ServedAfter() != 1 {
		t.Errorf("half answered: goodput %v, wasted %v, answered after the overload %v; want 1, 0, 1", r.Goodput(), r.ForNobody(), r.ServedAfter())
	}
	if got, want := r.PerVisit(), 488./648; got < want-0.01 || got > want+0.01 {
		t.Errorf("%v runs per client, want %v", got, want)
	}
	if d, ok := r.Recovery(); d != 0 || !ok {
		t.Errorf("recovered after %v, %v; want at once", d, ok)
	}
	if d, ok := r.Took(0.5, Visit.served); d != work || !ok {
		t.Errorf("a 200 took %v, want %v", d, work)
	}
}

// Work is wasted if the client has left, even though the balancer has kept its connection to the
// target.
func TestInVain(t *testing.T) {
	r := made(LeaversKept, 0, 200, "answered")
	if got, want := r.ForNobody(), 320./648; got < want-0.01 || got > want+0.01 {
		t.Errorf("wasted %v, want %v", got, want)
	}
	if r.SeenLeft() != 0 {
		t.Errorf("the targets' logs say that %v left, want 0", r.SeenLeft())
	}
}

// The checks of a variant with a bound fail for a result without one, and the other way round.
func TestChecksCanFail(t *testing.T) {
	ill, cured := made("", 504, 504, left), made("", 503, 200, "answered")
	checked := map[string]int{}
	for _, c := range Checks() {
		checked[c.Variant]++
	}
	for _, v := range Variants() {
		if checked[v.Name] == 0 {
			t.Errorf("no check for %s", v.Name)
		}
	}
	for _, test := range []struct {
		variant string
		result  Result
		fails   bool
	}{
		{UnboundedFIFO, ill, false},
		{UnboundedFIFO, cured, true},
		{NginxUnbounded, cured, true},
		{Bounded, cured, false},
		{Bounded, ill, true},
		{BalancerLine, ill, true},
		{NginxBounded, ill, true},
		{NginxLimitReq, ill, true},
		{Retried, cured, true},
		{LeaversDropped, ill, true},
		{LeaversKept, cured, true},
	} {
		test.result.Variant.Name = test.variant
		if failed := Failed(test.result); (len(failed) > 0) != test.fails {
			t.Errorf("%s: failed %v, want %v", test.variant, failed, test.fails)
		}
	}
	if failed := Failed(Result{Err: errors.New("broken")}); len(failed) != 1 {
		t.Errorf("a run that ended in an error failed %v, want one failure", failed)
	}
	cured.Variant.Name, cured.Watched = Bounded, &Watched{Alerts: []string{"WorkForNobody"}}
	if failed := Failed(cured); len(failed) != 1 {
		t.Errorf("an alert that must not fire: failed %v, want one failure", failed)
	}
}

func TestHealthChecksCanFail(t *testing.T) {
	both := []time.Duration{5 * time.Second, 6 * time.Second}
	for name, good := range map[string]Health{
		HealthBlocked: {Down: both, Up: both, Late: 50, Refused: 30},
		HealthFull:    {AtOnce: 80},
		HealthQueued:  {Down: both, Up: both, AtOnce: 50, Refused: 30},
	} {
		for other := range map[string]bool{HealthBlocked: true, HealthFull: true, HealthQueued: true} {
			good.Case.Name = other
			if failed := FailedHealth(good); (len(failed) == 0) != (other == name) {
				t.Errorf("a result of %s, checked as %s: failed %v", name, other, failed)
			}
		}
	}
}

func TestFill(t *testing.T) {
	const page = "a\n<!-- front: one -->\nold\n<!-- front end -->\nb\n<!-- front: two -->\n<!-- front end -->\n"
	got, err := Fill(page, map[string]string{"one": "1\n", "two": "2\n"})
	if want := "a\n<!-- front: one -->\n1\n<!-- front end -->\nb\n<!-- front: two -->\n2\n<!-- front end -->\n"; got != want || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if _, err := Fill(page, map[string]string{"three": ""}); err == nil {
		t.Error("a page without a place for the table: no error")
	}
}

func TestPicture(t *testing.T) {
	r := made("a `b`", 503, 504, left)
	svg := string(Picture([]Result{r}))
	if !strings.Contains(svg, ">a b</text>") {
		t.Error("the row has no title")
	}
	for decoder := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	layers := r.threads()
	if got := layers[2][1]; got < 3.99 || got > 4.01 { // 20 arrive per second and take 200 ms each
		t.Errorf("%v threads on wasted work, want 4", got)
	}
}

// A real target's rows are pairs of lines of the article's program.
func TestReadNative(t *testing.T) {
	began := time.Now()
	line := func(after time.Duration, text string) driver.Line {
		return driver.Line{At: began.Add(after), Output: driver.Stdout, Text: text}
	}
	begun := line(time.Second, "2023-03-18 12:49:17.223115 - 22645-AnyIO worker thread: #1 processing request id[7], sleeping...")
	done := line(3*time.Second, "2023-03-18 12:49:19.223115 - 22645-AnyIO worker thread: done request id[7]")
	other := line(0, `INFO:     127.0.0.1:1 - "GET /nowhere HTTP/1.1" 404 Not Found`)
	rows, err := readNative([]driver.Line{other, begun, done}, began)
	if want := (Row{7, true, time.Second, 3 * time.Second, "answered"}); err != nil || len(rows) != 1 || rows[0] != want {
		t.Errorf("got %v, %v; want %v", rows, err, want)
	}
	for name, lines := range map[string][]driver.Line{"only processing": {begun}, "only done": {done}} {
		if _, err := readNative(lines, began); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
