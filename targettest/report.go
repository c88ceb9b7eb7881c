package targettest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// How much a failed test prints about a server.
const (
	shownRequests = 30
	keptLog       = 4 << 10 // bytes
)

// report is what a failed test prints.
func (s *Server) report() string {
	s.t.Helper()
	var b strings.Builder
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	statistics, err := s.place.statistics(ctx)
	switch {
	case s.closed.Load(), err != nil && s.hasEnded():
		fmt.Fprintf(&b, "targettest: the server at %s had ended\n", s.URL)
	case err != nil:
		fmt.Fprintf(&b, "targettest: the server at %s: %v\n", s.URL, err)
	default:
		had := ""
		if s.hasEnded() {
			had = ", which had ended"
		}
		fmt.Fprintf(&b, "targettest: the server at %s%s: %s\n", s.URL, had, sum(statistics))
		all := s.Requests()
		shown := all[max(0, len(all)-shownRequests):]
		if len(shown) < len(all) {
			fmt.Fprintf(&b, "the last %d of %d requests:\n", len(shown), len(all))
		}
		table(&b, shown)
	}
	if log := s.log.String(); log != "" {
		fmt.Fprintf(&b, "the end of its log:\n%s", log)
	}
	return strings.TrimRight(b.String(), "\n")
}

// hasEnded reports whether the server no longer runs.
func (s *Server) hasEnded() bool {
	select {
	case <-s.place.ended():
		return true
	default:
		return false
	}
}

func table(out io.Writer, requests []Request) {
	if len(requests) == 0 {
		return
	}
	first := requests[0].Arrival
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  arrival\twait\twork\toutcome\tstatus\tthread\trequest")
	for _, r := range requests {
		outcome := string(r.Outcome)
		if r.ClientLeft && (r.Outcome == Waiting || r.Outcome == Working) {
			outcome += ", client left"
		}
		thread := r.Thread
		if r.ThreadNumber > 0 {
			thread = fmt.Sprintf("%s %d", thread, r.ThreadNumber)
		}
		fmt.Fprintf(w, "  +%v\t%v\t%v\t%s\t%d\t%s\t%s %s\n",
			short(r.Arrival.Sub(first)), short(r.Wait), short(r.Work), outcome, r.Status, thread, r.Method, r.Target)
	}
	w.Flush()
}

func short(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

// tail keeps the end of a log.
type tail struct {
	also io.Writer // or nil
	mu   sync.Mutex
	kept []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - keptLog; over > 0 {
		if line := bytes.IndexByte(t.kept[over:], '\n'); line >= 0 {
			over += line + 1 // whole lines only
		}
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	if t.also != nil {
		_, _ = t.also.Write(p) // the test that passed it can check for errors itself
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}
