package attack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// Check names what must hold.
type Check string

// The checks.
const (
	Reports     Check = "reports"     // neither stream has a data race, a panic or a dump of goroutines
	Lives       Check = "lives"       // the process lives, unless a signal of the round ends it, and then its status tells so
	Sums        Check = "sums"        // accepted = held + answered + refused + cancelled + left, at every moment, for each worker
	Held        Check = "held"        // when the clients have gone and sleeps are over, nothing is held
	Descriptors Check = "descriptors" // and as many are open as before
	Goroutines  Check = "goroutines"  // and as many run
	Zombies     Check = "zombies"     // and no child waits to be reaped
	Rests       Check = "rests"       // and the processes do not compute
	Memory      Check = "memory"      // resident memory stays below a bound
	Answers     Check = "admin"       // the admin address answers within three seconds, as it should
	Serves      Check = "serves"      // a new client is answered
	Rows        Check = "rows"        // rows of the json log can be read, and are as many as requests have ended
	Ready       Check = "ready"       // the ready file is there, and no other file is left beside it
	Stops       Check = "stops"       // a signal to end ends the server in time
	Leftover    Check = "leftover"    // and no process remains
)

// Checks lists them all.
func Checks() []Check {
	return []Check{Reports, Lives, Sums, Held, Descriptors, Goroutines, Zombies, Rests, Memory, Answers, Serves, Rows, Ready, Stops, Leftover}
}

// sure are the checks that depend on no time: what they find counts at once.
func (c Check) sure() bool { return c == Reports || c == Sums }

// Finding is something that did not hold.
type Finding struct {
	Check  Check
	Detail string
}

func (s *stage) find(c Check, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.findings {
		if f.Check == c {
			return // one is enough
		}
	}
	s.findings = append(s.findings, Finding{c, fmt.Sprintf(format, args...)})
}

// Bounds.
const (
	adminTime = 3 * time.Second
	mostBytes = 200 << 20 // resident, of one process
	raceBytes = 4         // times that with the race detector, whose shadow memory is some three times the program's
)

// report is how Go begins to tell of what should never happen.
var report = regexp.MustCompile(`(?m)DATA RACE|^panic: |^fatal error: |^goroutine \d+ [^\n]*\[|unexpected fault address|runtime error: `)

// readReports looks for reports on both streams.
func (s *stage) readReports() {
	for _, stream := range []string{"stderr", "stdout"} {
		text, err := os.ReadFile(s.path(stream))
		if err != nil {
			s.find(Reports, "%s: %v", stream, err)
			continue
		}
		if at := report.FindIndex(text); at != nil {
			const most = 6_000
			s.find(Reports, "%s: %s", stream, text[max(0, at[0]-200):min(len(text), at[0]+most)])
		}
	}
}

// checkSums looks at the workers at one moment.
func (s *stage) checkSums(all []admin.Statistics) {
	for _, w := range all {
		if w.Error == "" && (w.Accepted != w.Held+w.Answered+w.Refused+w.Cancelled+w.Left || w.Held < 0 || w.Busy < 0 || w.Waiting < 0 || w.Zombies < 0 || w.Borrowed < 0) {
			s.find(Sums, "%+v", w)
		}
	}
}

// row is what the log says of one request.
type row struct {
	Arrival string
	Start   string
	Worker  int
	Outcome admin.Outcome
}

// ended are requests that have ended, as rows or /stats have them.
type ended struct{ answered, refused, cancelled, left int64 }

// readRows reads the json log. Requests that the program was not asked for have rows as well; those whose client has left before
// the work began cannot be told from them.
func (s *stage) readRows() (sure map[int]ended, unclear map[int]int64, err error) {
	text, err := os.ReadFile(s.path("stdout"))
	if err != nil {
		return nil, nil, err
	}
	sure, unclear = map[int]ended{}, map[int]int64{}
	for line := range bytes.Lines(text) {
		var r row
		if err := json.Unmarshal(line, &r); err != nil || r.Arrival == "" {
			return nil, nil, fmt.Errorf("%q: %w", shortened(string(line)), err)
		}
		e := sure[r.Worker]
		switch {
		case r.Outcome == admin.Refused:
			e.refused++
		case r.Outcome == admin.Cancelled:
			e.cancelled++
		case r.Outcome == admin.ClientLeft && r.Start == "":
			unclear[r.Worker]++
		case r.Outcome == admin.ClientLeft:
			e.left++
		case r.Start != "":
			e.answered++
		}
		sure[r.Worker] = e
	}
	return sure, unclear, nil
}

// checkRows compares the log with the sums of workers that hold nothing.
func (s *stage) checkRows(all []admin.Statistics) error {
	rows, unclear, err := s.readRows()
	if err != nil {
		return err
	}
	for _, w := range all {
		e := rows[w.Worker]
		missing := w.Left - e.left
		if w.Answered != e.answered || w.Refused != e.refused || w.Cancelled != e.cancelled || missing < 0 || missing > unclear[w.Worker] {
			return fmt.Errorf("worker %d: the rows have %+v and %d that left early, /stats has answered %d, refused %d, cancelled %d, left %d",
				w.Worker, e, unclear[w.Worker], w.Answered, w.Refused, w.Cancelled, w.Left)
		}
	}
	return nil
}

// endsByItself waits for a server that is ending by itself (--limit-max-requests), whose ready file goes first.
func (s *stage) endsByItself() bool {
	ctx, cancel := context.WithTimeout(context.Background(), stuck)
	defer cancel()
	return s.until(ctx, stuck, s.hasEnded)
}

// checkReady looks at the ready file and what lies beside it.
func (s *stage) checkReady(running bool) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		s.find(Ready, "%v", err)
		return
	}
	there := false
	for _, e := range entries {
		there = there || e.Name() == "ready.json"
		if strings.HasPrefix(e.Name(), ".") {
			s.find(Ready, "%s is left", e.Name())
		}
	}
	if !there {
		if running && !s.endsByItself() {
			s.find(Ready, "the file is not there")
		}
		return
	}
	text, err := os.ReadFile(s.path("ready.json"))
	if err == nil {
		var told struct{ PIDs []int }
		err = json.Unmarshal(text, &told)
	}
	if err != nil {
		s.find(Ready, "%q: %v", text, err)
	}
}
