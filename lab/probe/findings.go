package probe

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/plot"
)

// Findings is what a probe found out. Times are in seconds.
type Findings struct {
	URL     string   `json:"url"`
	Verdict string   `json:"verdict"` // one sentence
	Sent    int      `json:"requests_sent"`
	Took    float64  `json:"took_s"`
	LeftOut []string `json:"left_out,omitempty"` // what was not tried, and why
	Fault   *Fault   `json:"fault,omitempty"`    // why it could not be probed, or no further

	Status  int     `json:"status"`    // of one request alone
	Service float64 `json:"service_s"` // that it takes

	Ceiling   *Ceiling  `json:"ceiling,omitempty"`
	Order     *order    `json:"waiters,omitempty"`
	Busy      *Busy     `json:"while_busy,omitempty"`
	Overload  *Overload `json:"overload,omitempty"`
	KeepAlive *Idle     `json:"keep_alive,omitempty"`
	Spread    []int     `json:"connections_by_process,omitempty"` // most first; none where it cannot be seen

	Burst []Request `json:"largest_burst,omitempty"` // in the order of arrival
}

// Ceiling is how many requests are worked on at once.
type Ceiling struct {
	Requests int    `json:"requests"`
	Reached  bool   `json:"reached"` // false: no ceiling was met up to this many
	Sure     string `json:"sure"`    // "sure", "likely" or "unsure"
	Why      string `json:"why"`
}

// Busy is what becomes of a request for another path while handlers run.
type Busy struct {
	Idle     float64 `json:"idle_answered_after_s"` // the same request on the idle server; below 0 if it was not answered there
	Answered float64 `json:"answered_after_s"`      // or given up
	Status   int     `json:"status"`
	Blocked  bool    `json:"blocked"` // it had to wait for a handler to end
}

// delayed reports whether the request took longer than on the idle server, by more than chance explains, where a
// handler takes some time.
func (b *Busy) delayed(service float64) bool {
	return b.Answered-b.Idle > 0.3*service+0.1*b.Idle
}

// Overload is what the largest burst got.
type Overload struct {
	Sent     int            `json:"sent"`
	Outcomes map[string]int `json:"outcomes"` // by status, or by the end without an answer
	Longest  float64        `json:"longest_wait_s"`
}

// Idle is how long connections live on which nothing happens. Below 0 they were
// open when waiting was given up.
type Idle struct {
	AfterAnswer float64 `json:"after_answer_s"`
	Silent      float64 `json:"silent_s"`
	GivenUp     float64 `json:"given_up_after_s"`
}

// fast is a service time below which waves cannot be told from chance, in seconds.
const fast = 0.015

// verdict composes the sentence.
func (f *Findings) verdict() string {
	c := f.Ceiling
	switch {
	case f.Fault != nil:
		return f.Fault.What
	case f.Service < fast:
		return fmt.Sprintf("answers in %s, too fast for a ceiling to show", span(f.Service))
	case c == nil:
		return "got too few requests to tell"
	case !c.Reached && f.blocks():
		return fmt.Sprintf("works on %d at once, and a request for another path waits meanwhile", c.Requests)
	case f.turnsAway() && f.Order == nil:
		return fmt.Sprintf("works on %d at once and refuses more%s", c.Requests, f.over())
	case !c.Reached:
		return fmt.Sprintf("behaves as if it had no ceiling: %d at once", c.Requests)
	case c.Requests == 1 && f.blocks():
		return "behaves like one at a time: a busy handler blocks everything" + f.over()
	case f.blocks():
		return fmt.Sprintf("behaves like %d at a time%s, and requests for other paths wait as well%s", c.Requests, f.next(), f.over())
	}
	more := ""
	if f.turnsAway() {
		more = ", and refuses more"
	}
	return fmt.Sprintf("behaves like a pool of %d%s%s%s", c.Requests, f.next(), f.over(), more)
}

// turnsAway reports whether the largest burst was more than the server takes.
func (f *Findings) turnsAway() bool {
	if f.Overload == nil {
		return false
	}
	for outcome, n := range f.Overload.Outcomes {
		if n > 0 && (outcome == "refused" || outcome == "RST" || strings.HasPrefix(outcome, "5")) {
			return true
		}
	}
	return false
}

func (f *Findings) blocks() bool { return f.Busy != nil && f.Busy.Blocked }

// next is the order of the waiters, as part of a sentence.
func (f *Findings) next() string {
	if f.Order == nil {
		return ""
	}
	return ", " + strings.ReplaceAll(f.Order.Word, ",", "")
}

func (f *Findings) over() string {
	if len(f.Spread) < 2 {
		return ""
	}
	return fmt.Sprintf(", over %d processes", len(f.Spread))
}

// Text is the findings as lines for a person.
func (f *Findings) Text() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  %-14s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&b, "%s %s\n\n", f.URL, f.Verdict)
	if f.Fault != nil {
		line("fault", "%s, in %s", f.Fault.Kind, f.Fault.where())
	}
	if f.Status > 0 {
		line("one request", "takes %s, status %d", span(f.Service), f.Status)
	}
	if c := f.Ceiling; c != nil {
		words := fmt.Sprint(c.Requests)
		if !c.Reached {
			words = fmt.Sprintf("at least %d", c.Requests)
		}
		line("at once", "%s (%s: %s)", words, c.Sure, c.Why)
	}
	if o := f.Order; o != nil {
		line("queue", "%s (correlation %.2f over %d requests that waited)", o.Word, o.Tau, o.Waiters)
	}
	if busy := f.Busy; busy != nil {
		line("while busy", "%s", busy.words())
	}
	if o := f.Overload; o != nil {
		line("overload", "%d sent: %s; longest wait %s", o.Sent, counts(o.Outcomes), span(o.Longest))
	}
	if k := f.KeepAlive; k != nil {
		line("keep-alive", "after an answer %s; with nothing sent %s", k.words(k.AfterAnswer), k.words(k.Silent))
	}
	if len(f.Spread) > 0 {
		line("spread", "%s", spread(f.Spread))
	}
	for _, why := range f.LeftOut {
		line("left out", "%s", why)
	}
	line("sent", "%d requests in %s", f.Sent, span(f.Took))
	return b.String()
}

func (b *Busy) words() string {
	got := fmt.Sprintf("status %d after %s", b.Status, span(b.Answered))
	if b.Status == 0 {
		got = "no answer after " + span(b.Answered)
	}
	switch {
	case b.Idle < 0:
		return "not measured: another path got no answer even on the idle server"
	case b.Blocked:
		return fmt.Sprintf("another path waits: %s (idle: %s)", got, span(b.Idle))
	}
	return fmt.Sprintf("another path does not wait: %s (idle: %s)", got, span(b.Idle))
}

func (k *Idle) words(seconds float64) string {
	switch {
	case seconds < 0:
		return "open after " + span(k.GivenUp)
	case seconds < 0.2:
		return "closed at once"
	}
	return "closed after " + span(seconds)
}

func counts(of map[string]int) string {
	var words []string
	for outcome, n := range of {
		words = append(words, fmt.Sprintf("%d × %s", n, outcome))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func spread(shares []int) string {
	switch {
	case len(shares) == 1 && shares[0] == 1:
		return "one process took the only connection"
	case len(shares) == 1:
		return fmt.Sprintf("one process took all %d connections", shares[0])
	}
	words := make([]string, len(shares))
	for i, n := range shares {
		words[i] = fmt.Sprint(n)
	}
	return fmt.Sprintf("%d processes took %s connections", len(shares), strings.Join(words, ", "))
}

// span is a time for a person.
func span(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < 10*time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

// SVG draws the largest burst: a bar for each request, from sent to ended.
func (f *Findings) SVG() []byte {
	picture := plot.Spans{Title: f.Verdict, X: "seconds", Y: "requests, in the order of arrival", Good: "answered", Bad: "turned away, or not answered"}
	for _, r := range f.Burst {
		picture.Bars = append(picture.Bars, plot.Span{From: r.Sent, To: r.Ended, Failed: !r.good()})
	}
	return picture.SVG()
}
