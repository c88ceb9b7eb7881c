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

// Check is the name of a condition that must hold after a round.
type Check string

// The checks.
const (
	Reports     Check = "reports"     // neither stream has a data race, a panic or a dump of goroutines
	Lives       Check = "lives"       // the process is running, unless a signal of the round ended it; its exit status then says so
	Sums        Check = "sums"        // accepted = held + answered + refused + cancelled + left, at every moment, for each worker
	Held        Check = "held"        // when the clients have left and all sleeps are over, no request is held
	Descriptors Check = "descriptors" // and as many descriptors are open as before
	Goroutines  Check = "goroutines"  // and as many goroutines run
	Zombies     Check = "zombies"     // and no child waits to be reaped
	Rests       Check = "rests"       // and the processes use no CPU
	Memory      Check = "memory"      // resident memory stays below a bound
	Answers     Check = "admin"       // the admin address answers correctly within three seconds
	Serves      Check = "serves"      // a new client is answered
	Rows        Check = "rows"        // every row of the JSON log can be parsed, and there is one for each ended request
	Ready       Check = "ready"       // the ready file exists, and no other file is left next to it
	Stops       Check = "stops"       // SIGTERM or SIGINT ends the server in time
	Leftover    Check = "leftover"    // and no process remains
)

// Checks lists them all.
func Checks() []Check {
	return []Check{Reports, Lives, Sums, Held, Descriptors, Goroutines, Zombies, Rests, Memory, Answers, Serves, Rows, Ready, Stops, Leftover}
}

// sure are the checks that do not depend on timing: their findings count at once.
func (c Check) sure() bool { return c == Reports || c == Sums }

// Finding is a check that failed.
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
	raceBytes = 4         // factor for the race detector, whose shadow memory is about three times the program's
)

// report matches the first line of Go's reports of things that must never happen.
var report = regexp.MustCompile(`(?m)DATA RACE|^panic: |^fatal error: |^goroutine \d+ [^\n]*\[|unexpected fault address|runtime error: `)

// readReports looks for such reports on both streams.
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

// checkSums checks the sums of the workers at one moment.
func (s *stage) checkSums(all []admin.Statistics) {
	for _, w := range all {
		if w.Error == "" && (w.Accepted != w.Held+w.Answered+w.Refused+w.Cancelled+w.Left || w.Held < 0 || w.Busy < 0 || w.Waiting < 0 || w.Zombies < 0 || w.Borrowed < 0) {
			s.find(Sums, "%+v", w)
		}
	}
}

// row is one request in the log.
type row struct {
	Arrival string
	Start   string
	Worker  int
	Outcome admin.Outcome
}

// ended counts the requests that have ended, as rows or as /stats counts them.
type ended struct{ answered, refused, cancelled, left int64 }

// readRows reads the JSON log. Requests that never reach the application have rows too; a request whose
// client left before it ran looks the same.
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

// checkRows compares the log with the sums of workers that hold no requests.
func (s *stage) checkRows(all []admin.Statistics) error {
	rows, unclear, err := s.readRows()
	if err != nil {
		return err
	}
	for _, w := range all {
		e := rows[w.Worker]
		missing := w.Left - e.left
		if w.Answered != e.answered || w.Refused != e.refused || w.Cancelled != e.cancelled || missing < 0 || missing > unclear[w.Worker] {
			return fmt.Errorf("worker %d: the rows say %+v and %d that left early; /stats says answered %d, refused %d, cancelled %d, left %d",
				w.Worker, e, unclear[w.Worker], w.Answered, w.Refused, w.Cancelled, w.Left)
		}
	}
	return nil
}

// endsByItself waits for a server that is ending by itself (--limit-max-requests), and removes its
// ready file first.
func (s *stage) endsByItself() bool {
	ctx, cancel := context.WithTimeout(context.Background(), stuck)
	defer cancel()
	return s.until(ctx, stuck, s.hasEnded)
}

// checkReady checks the ready file and its folder.
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
			s.find(Ready, "the file does not exist")
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
