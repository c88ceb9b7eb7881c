package scenarios

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/facts"
)

var (
	startLine  = regexp.MustCompile(`- (\d+)-(.*): #(\d+) processing request id\[(.*)\], sleeping\.\.\.$`)
	doneLine   = regexp.MustCompile(`- (\d+)-.*: done request id\[(.*)\]$`)
	accessLine = regexp.MustCompile(`127\.0\.0\.1.*"[A-Z]+ /`)
	// bornLine matches the line that a worker logs when it starts: Uvicorn's, gunicorn's, or
	// Hypercorn's with the process ID in brackets before the level.
	bornLine = regexp.MustCompile(`Started server process \[(\d+)\]|Booting worker with pid: (\d+)|\[(\d+)\] \[INFO\] Running on`)
)

// Starts lists the ids of the requests whose handlers have started, in the order of the log.
func (s *Stage) Starts() []string { return s.matches(startLine, 4) }

// Dones lists the ids of the requests whose handlers are done, in the order of the log.
func (s *Stage) Dones() []string { return s.matches(doneLine, 2) }

// StartThreads lists the name of the thread that started each request, in the order of the log.
func (s *Stage) StartThreads() []string { return s.matches(startLine, 2) }

// StartNumbers lists the number of each started request within its process, in the order of the log.
func (s *Stage) StartNumbers() []string { return s.matches(startLine, 3) }

// StartPids lists the process that started each request, in the order of the log.
func (s *Stage) StartPids() []string { return s.matches(startLine, 1) }

func (s *Stage) matches(pattern *regexp.Regexp, group int) []string {
	var found []string
	for _, line := range s.venue.Lines() {
		if m := pattern.FindStringSubmatch(line.Text); m != nil {
			found = append(found, m[group])
		}
	}
	return found
}

// StartTimes is when the handler of each id started, by the stage's clock; 0 if it has not.
func (s *Stage) StartTimes(ids ...string) []time.Duration { return s.lineTimes(startLine, 4, ids) }

// DoneTimes is when the handler of each id was done, by the stage's clock; 0 if it is not.
func (s *Stage) DoneTimes(ids ...string) []time.Duration { return s.lineTimes(doneLine, 2, ids) }

func (s *Stage) lineTimes(pattern *regexp.Regexp, group int, ids []string) []time.Duration {
	times := make([]time.Duration, len(ids))
	for _, line := range s.venue.Lines() {
		m := pattern.FindStringSubmatch(line.Text)
		if m == nil {
			continue
		}
		if i := slices.Index(ids, m[group]); i >= 0 {
			times[i] = s.Since(line.At)
		}
	}
	return times
}

// Ceiling is the largest number of handlers that ran at once in one process, according to the order of
// the log.
func (s *Stage) Ceiling() int {
	running, most := map[string]int{}, 0
	for _, line := range s.venue.Lines() {
		if m := startLine.FindStringSubmatch(line.Text); m != nil {
			running[m[1]]++
			most = max(most, running[m[1]])
		} else if m := doneLine.FindStringSubmatch(line.Text); m != nil {
			running[m[1]]--
		}
	}
	return most
}

// AwaitStarts waits until n handlers have started, at most d.
func (s *Stage) AwaitStarts(n int, d time.Duration) {
	s.venue.AwaitLines(d, func([]driver.Line) bool { return len(s.Starts()) >= n })
}

// AwaitDones waits until n handlers are done, at most d.
func (s *Stage) AwaitDones(n int, d time.Duration) {
	s.venue.AwaitLines(d, func([]driver.Line) bool { return len(s.Dones()) >= n })
}

// AwaitLog waits until n lines contain the text, at most d, and reports whether they came.
func (s *Stage) AwaitLog(text string, n int, d time.Duration) bool {
	return s.venue.AwaitLines(d, func(lines []driver.Line) bool { return countLines(lines, text) >= n })
}

// AwaitRest waits until no line has come for a while, at most d.
func (s *Stage) AwaitRest(quiet, d time.Duration) {
	deadline := s.venue.Now().Add(d)
	s.Pause(quiet)
	for s.failed == nil && s.venue.Now().Before(deadline) {
		lines := s.venue.Lines()
		if len(lines) == 0 {
			return
		}
		calm := s.venue.Now().Sub(lines[len(lines)-1].At)
		if calm >= quiet {
			return
		}
		s.Pause(quiet - calm)
	}
}

// Logged counts the lines that contain the text.
func (s *Stage) Logged(text string) int { return countLines(s.venue.Lines(), text) }

func countLines(lines []driver.Line, text string) int {
	count := 0
	for _, line := range lines {
		if strings.Contains(line.Text, text) {
			count++
		}
	}
	return count
}

// Log is what the server wrote on one of its streams, without Python's tracebacks, whose frames name
// files and lines that only the real server has. Errors returns their last lines.
func (s *Stage) Log(output driver.Output) []string {
	lines, _ := withoutTraces(s.raw(output))
	return lines
}

// Errors lists the error at the end of each traceback on stderr, in alphabetical order.
func (s *Stage) Errors() []string {
	_, errors := withoutTraces(s.raw(driver.Stderr))
	n := s.normaliser()
	for i, e := range errors {
		errors[i] = n.Text(e)
	}
	slices.Sort(errors)
	return errors
}

// raw is every line on one stream, except warnings about target-server's own flags.
func (s *Stage) raw(output driver.Output) []string {
	var lines []string
	for _, line := range s.venue.Lines() {
		if line.Output == output && !strings.HasPrefix(line.Text, "target-server: warning: ") {
			lines = append(lines, line.Text)
		}
	}
	return lines
}

// SortedLog is Log in alphabetical order, with placeholders: for several processes that write at once.
func (s *Stage) SortedLog(output driver.Output) []string {
	n := s.normaliser()
	lines := s.Log(output)
	for i, line := range lines {
		lines[i] = n.Text(line)
	}
	slices.Sort(lines)
	return lines
}

// Workers lists the process ids of the workers that have logged their start, oldest first.
func (s *Stage) Workers() []int {
	var pids []int
	for _, line := range s.venue.Lines() {
		if pid, ok := born(line.Text); ok && !slices.Contains(pids, pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func born(line string) (pid int, ok bool) {
	if !strings.Contains(line, "Started server") && !strings.Contains(line, "Booting worker") && !strings.Contains(line, "Running on") {
		return 0, false // the pattern is slow on long lines
	}
	m := bornLine.FindStringSubmatch(line)
	if m == nil {
		return 0, false
	}
	pid, err := strconv.Atoi(m[1] + m[2] + m[3])
	return pid, err == nil
}

// normaliser replaces the ID of the server's first process by pid, and those of its workers by worker.
// If the server has a parent, its only worker becomes worker even if it is played without the parent.
func (s *Stage) normaliser() facts.Normaliser {
	pids := map[int]string{s.venue.Pid(): "pid"}
	parentless := s.Logged("Started server process") > 0 && s.Logged("Booting worker") == 0
	for _, pid := range s.Workers() {
		if pid != s.venue.Pid() || !parentless {
			pids[pid] = "worker"
		}
	}
	if !maps.Equal(pids, s.named) {
		s.named, s.normal = pids, facts.NewNormaliser(s.venue.Port(), pids)
	}
	return s.normal
}

// runs lists what servers log when they are up, the most reliable first.
var runs = []string{"Uvicorn running on", "Application startup complete.", "Press CTRL+C to quit", "Running on http", "Booting worker"}

// AccessLines lists the access log's lines.
func (s *Stage) AccessLines() []string {
	var found []string
	for _, line := range s.venue.Lines() {
		if accessLine.MatchString(line.Text) {
			found = append(found, line.Text)
		}
	}
	return found
}

// AfterStart is what the server wrote on stderr after the line that says it is up.
func (s *Stage) AfterStart() []string {
	lines := s.Log(driver.Stderr)
	for _, text := range runs {
		for i, line := range lines {
			if strings.Contains(line, text) {
				return lines[i+1:]
			}
		}
	}
	return lines
}

// SortedAfterStart is AfterStart in alphabetical order, for lines whose order varies.
func (s *Stage) SortedAfterStart() []string { return slices.Sorted(slices.Values(s.AfterStart())) }
