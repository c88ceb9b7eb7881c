package scenarios

import (
	"slices"
	"strings"

	"github.com/target-server/target-server/lab/servers"
)

// Topic is a group of related scenarios.
type Topic struct {
	Name      string
	Scenarios []Scenario
}

// row is a list of topics of one stack.
type row struct {
	stack  string
	topics func() []Topic
}

// registry is the table of all scenarios. Each row is a file of this package; a stack may have several.
func registry() []row {
	rows := []row{
		{servers.Uvicorn, uvicornTopics},
		{servers.Uvicorn, programTopics},
		{"hypercorn", hypercornTopics},
		{"hypercorn", http2Topics},
		{"hypercorn-uvloop", hypercornUvloopTopics},
		{"hypercorn-trio", hypercornTrioTopics},
		{"gunicorn-uvicorn", gunicornUvicornTopics},
		{"gunicorn-sync", gunicornSyncTopics},
		{"gunicorn-gthread", gunicornGthreadTopics},
		{"flask", flaskTopics},
		{"flask-single", flaskSingleTopics},
		{"waitress", waitressTopics},
		{"tomcat", tomcatTopics},
		{"node", nodeTopics},
	}
	return append(rows, zoneTopics()...)
}

// Stacks lists the stacks that have scenarios.
func Stacks() []string {
	var names []string
	for _, r := range registry() {
		if !slices.Contains(names, r.stack) && len(r.topics()) > 0 {
			names = append(names, r.stack)
		}
	}
	return names
}

// Topics lists the scenarios of a stack, by topic. Each has its stack set, and its name begins with the
// stack's, except for Uvicorn's, so that no two names are the same.
func Topics(stack string) []Topic {
	var all []Topic
	for _, r := range registry() {
		if r.stack == stack {
			all = append(all, r.topics()...)
		}
	}
	for _, topic := range all {
		for i := range topic.Scenarios {
			topic.Scenarios[i].adopt(stack)
		}
	}
	return all
}

func (s *Scenario) adopt(stack string) {
	s.Server.Stack = stack
	if stack != servers.Uvicorn && !strings.HasPrefix(s.Name, stack+"-") {
		s.Name = stack + "-" + s.Name
	}
}

// Of lists the scenarios of a stack.
func Of(stack string) []Scenario {
	var all []Scenario
	for _, topic := range Topics(stack) {
		all = append(all, topic.Scenarios...)
	}
	return all
}

// All lists the scenarios of every stack.
func All() []Scenario {
	var all []Scenario
	for _, stack := range Stacks() {
		all = append(all, Of(stack)...)
	}
	return all
}
