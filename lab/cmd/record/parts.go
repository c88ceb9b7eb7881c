package main

import (
	"path/filepath"
	"sync"
	"time"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// part is one command of the record.
type part struct {
	name, about string
	command     []string
	// keeps is the file that the part writes when it has played everything. A part that fails and has written it has found
	// something that is on the page: a difference, or a wrong variant that no scenario catches.
	keeps string
	usual time.Duration // that it takes, roughly, on two cores
}

// fidelity is the part that writes the pages of all parts before it.
const fidelity = "fidelity"

// parts lists all of them, in their order.
func (o options) parts() []part {
	lab := func(args ...string) []string {
		return append([]string{o.program("lab"), "--results", o.results, "--docs", o.docs, "--measured", o.measured, "--binary", o.program("target-server")}, args...)
	}
	var all []part
	for _, stack := range liveStacks() {
		all = append(all, part{
			name: "live-" + stack, about: "every scenario of " + stack + " beside the real server", command: lab("--live", "--stack", stack),
			keeps: filepath.Join(o.results, "live.json"), usual: liveTime(stack),
		})
	}
	return append(all,
		part{
			name: "variants", about: "wrong variants of target-server: is each caught?", command: lab("--variants"),
			keeps: filepath.Join(o.results, "variants.json"), usual: 4 * time.Minute,
		},
		part{name: fidelity, about: "the fidelity pages, from the live runs and the variants", command: lab("--report"), usual: 2 * time.Second},
		part{name: "article", about: "the article's experiments beside the real servers", command: lab("--article"), usual: 5 * time.Minute},
		part{name: "bench", about: "what target-server costs beside its rivals", command: []string{o.program("bench"), "--docs", o.docs}, usual: 10 * time.Minute},
		part{name: "pictures", about: "the README's picture", command: []string{o.program("pictures"), "--docs", o.docs}, usual: time.Second},
	)
}

// programs are what the parts run, by the packages that they are built from. They are built once, so that all parts judge
// the same target-server even if its sources change meanwhile.
func programs() map[string]string {
	return map[string]string{
		"lab": "./lab/cmd/lab", "target-server": "./cmd/target-server", "bench": "./bench", "pictures": "./lab/cmd/pictures",
	}
}

func (o options) program(name string) string { return filepath.Join(o.results, "bin", name) }

// liveTime is how long the live run of a stack takes, roughly.
func liveTime(stack string) time.Duration {
	const each = 1500 * time.Millisecond // several are played at a time; then come the pictures
	return 20*time.Second + each*time.Duration(counts()[stack]*len(servers.Vintages()))
}

// counts are the numbers of scenarios, by stack.
var counts = sync.OnceValue(func() map[string]int {
	all := map[string]int{}
	for _, s := range scenarios.All() {
		all[s.Server.Stack]++
	}
	return all
})

var liveStacks = sync.OnceValue(scenarios.Stacks)
