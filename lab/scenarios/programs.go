package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// programTopics are the scenarios over the lab's programs, which the real server plays as the printed Python program.
func programTopics() []Topic {
	return []Topic{
		{"programs: the order of functions", programOrder()},
		{"programs: threads", programThreads()},
		{"programs: exceptions", programErrors()},
		{"programs: background tasks", programTasks()},
		{"programs: parameters, routes and answers", programAnswers()},
		{"programs: connection pools", programPools()},
		{"programs: the interpreter", programInterpreter()},
		{"programs: files and folders", programFiles()},
		{"programs: forms", slices.Concat(programForms(), programUploads())},
		{"programs: streams", programStreams()},
		{"programs: server-sent events", programEvents()},
	}
}

// playing is a server with one of the lab's programs.
func playing(program string, threads int) servers.Config {
	return servers.Config{Program: program, Limit: threads}
}

// path is a program's route with the id of a request.
func path(route string, id int) string { return fmt.Sprintf("%s?id=%d", route, id) }

// BurstOf connects a client for each path, marks, and has each request its path, a gap apart. The gap must be longer
// than a real server takes for a request: requests at the same time are not comparable. A request before the mark takes
// the time of whatever Python does only once, such as SQLAlchemy's imports at the first connection.
func (s *Stage) BurstOf(gap time.Duration, paths ...string) []*Client {
	warm := s.Connect()
	warm.GetPath("/warm")
	warm.Await(1, patience)
	warm.Leave()
	clients := s.ConnectAll(len(paths))
	s.Pause(100 * ms)
	s.Mark()
	for i, c := range clients {
		s.Until(time.Duration(i) * gap)
		c.GetPath(paths[i])
	}
	return clients
}

// BurstOn is BurstOf for n requests of one route, with the ids 1 to n.
func (s *Stage) BurstOn(route string, n int, gap time.Duration) []*Client {
	paths := make([]string, n)
	for i := range paths {
		paths[i] = path(route, i+1)
	}
	return s.BurstOf(gap, paths...)
}

// saidLine is a line that a program prints, with its thread and its text.
var saidLine = regexp.MustCompile(`^\d{4}-\d\d-\d\d [0-9:.]+ - \d+-([^:]*): (.*)$`)

// Said lists the texts that the program has printed, in the order of the log.
func (s *Stage) Said() []string { return s.matches(saidLine, 2) }

// SaidWords is Said for Order, whose words have no spaces.
func (s *Stage) SaidWords() []string {
	said := s.Said()
	for i, text := range said {
		said[i] = strings.ReplaceAll(text, " ", "-")
	}
	return said
}

// SaidAt is when the program printed each text for the first time, by the stage's clock; 0 if it has not.
func (s *Stage) SaidAt(texts ...string) []time.Duration {
	times := make([]time.Duration, len(texts))
	for _, line := range slices.Backward(s.venue.Lines()) {
		if m := saidLine.FindStringSubmatch(line.Text); m != nil {
			if i := slices.Index(texts, m[2]); i >= 0 {
				times[i] = s.Since(line.At)
			}
		}
	}
	return times
}

// LoggedAt is when the last line that contains the text came, by the stage's clock; 0 if none has.
func (s *Stage) LoggedAt(text string) time.Duration {
	for _, line := range slices.Backward(s.venue.Lines()) {
		if strings.Contains(line.Text, text) {
			return s.Since(line.At)
		}
	}
	return 0
}

// AwaitSaid waits until the program has printed the text n times, at most d.
func (s *Stage) AwaitSaid(text string, n int, d time.Duration) { s.AwaitLog(": "+text, n, d) }

// Trace requests each path on a connection of its own, one after the other. Under the path it states every byte that
// came, every line of the log, and the error at the end of each traceback.
func (s *Stage) Trace(paths ...string) {
	for _, p := range gets(paths...) {
		s.turn(p)
	}
}

func (s *Stage) turn(p probe) {
	before := len(s.venue.Lines())
	c := s.Connect()
	c.Send(p.raw)
	c.Await(1, patience)
	s.AwaitRest(silence, patience)
	found := []string{c.Wire()}
	c.Leave()
	for _, output := range []driver.Output{driver.Stdout, driver.Stderr} {
		lines, errors := withoutTraces(ofStream(s.venue.Lines()[before:], output))
		lines = slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, "Control socket listening") })
		found = append(found, lines...)
		for _, e := range errors {
			found = append(found, "traceback: "+e)
		}
	}
	s.Exact(p.name, strings.Join(found, "\n-- "))
}

// ofStream is the text of the lines on one stream.
func ofStream(lines []driver.Line, output driver.Output) []string {
	var texts []string
	for _, line := range lines {
		if line.Output == output {
			texts = append(texts, line.Text)
		}
	}
	return texts
}

// stateLog states everything that the log shows once the server is idle.
func (s *Stage) stateLog() {
	s.Pause(100 * ms)
	s.Lines("stdout", s.Log(driver.Stdout))
	s.Lines("stderr after the start", s.AfterStart())
	s.Lines("errors in the log", s.Errors())
}

// statuses lists the status of each client's first answer.
func statuses(clients []*Client) []string {
	all := make([]string, len(clients))
	for i, c := range clients {
		all[i] = c.Status(0)
	}
	return all
}
