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

// zoneTopics are the local time of the log, on a stack of each kind. There is no summer time in these zones, so that the
// recordings hold all year. Java reads the name differently; Node ignores the rule, and uses the machine's zone.
func zoneTopics() []row {
	name, rule := timeZone("name", "GMT-3"), timeZone("rule", "<+0330>-3:30")
	topics := func(all ...Scenario) func() []Topic {
		return func() []Topic { return []Topic{{"the time zone", slices.Clone(all)}} }
	}
	return []row{
		{servers.Uvicorn, topics(rule)},
		{"hypercorn", topics(rule)},
		{"gunicorn-sync", topics(rule)},
		{"flask", topics(rule)},
		{"waitress", topics(rule)},
		{"tomcat", topics(name, rule)},
		{"node", topics(onNode(name)...)},
	}
}

// timeZone runs the server with a TZ. It is played on the real binary: the time zone is the process's.
func timeZone(name, tz string) Scenario {
	return Scenario{
		Name:   "time-zone-" + name,
		About:  "TZ is a rule (" + tz + "): how far from UTC are the times in the log, and the date of an answer?",
		Server: servers.Config{Mode: threadpool, Sleep: 20 * ms, TZ: tz},
		Kernel: true,
		Play: func(s *Stage) {
			c := s.Connect()
			c.Get("1")
			c.Await(1, patience)
			s.Pause(100 * ms)
			answers := c.Answers()
			if len(answers) > 0 {
				at, err := time.Parse(time.RFC1123, answers[0].Field("date"))
				s.Exact("date", fmt.Sprint(err == nil, " ", s.venue.Now().Sub(at).Round(quarter)))
			}
			for _, stream := range []driver.Output{driver.Stdout, driver.Stderr} {
				s.Lines(fmt.Sprint("times on ", stream), s.offsets(stream))
			}
		},
	}
}

// quarter is what all time zones are multiples of.
const quarter = 15 * time.Minute

// timeForms are how logs write times.
var timeForms = []struct {
	pattern *regexp.Regexp
	layout  string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`), time.DateTime},
	{regexp.MustCompile(`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d`), "02/Jan/2006:15:04:05"},
	{regexp.MustCompile(`\d\d/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d`), "02/Jan/2006 15:04:05"},
	{regexp.MustCompile(`[A-Z][a-z]{2} \d\d, \d{4} \d{1,2}:\d\d:\d\d [AP]M`), "Jan 02, 2006 3:04:05 PM"},
}

var zoneAfterTime = regexp.MustCompile(`^[.,\d]* ([+-]\d{4})`)

// offsets lists, for each line with a time, how far it is from UTC, and what it says itself of that.
func (s *Stage) offsets(stream driver.Output) []string {
	var all []string
	for _, line := range s.venue.Lines() {
		for _, form := range timeForms {
			place := form.pattern.FindStringIndex(line.Text)
			if line.Output != stream || place == nil || strings.HasSuffix(line.Text, slowness) {
				continue
			}
			at, err := time.Parse(form.layout, line.Text[place[0]:place[1]])
			if err != nil {
				continue
			}
			said := zoneAfterTime.FindString(line.Text[place[1]:])
			if i := strings.LastIndexByte(said, ' '); i >= 0 {
				said = said[i:]
			}
			all = append(all, fmt.Sprint(at.Sub(line.At.UTC()).Round(quarter), said, ": ", line.Text))
		}
	}
	return all
}
