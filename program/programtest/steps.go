package programtest

import (
	"fmt"
	"strings"
)

// steps is a list of steps. depth is how many levels of repeat and share it is in.
func (d *drawer) steps(async bool, parameters []string, depth int) string {
	var all []string
	for range d.number("steps", 0, 3) {
		all = append(all, "{"+d.step(async, parameters, depth)+"}")
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func (d *drawer) step(async bool, parameters []string, depth int) string {
	kinds := []string{"sleep", "sleep", "log", "log", "query", "query"}
	if d.interpreter {
		kinds = append(kinds, "cpu", "gil")
	}
	if d.sends != "" {
		kinds = append(kinds, "send", "send")
	}
	if depth < 2 {
		kinds = append(kinds, "repeat", "share", "raise")
	}
	if async {
		kinds = append(kinds, "block")
	}
	pools := d.pools
	if async {
		pools = d.async
	}
	switch kind := d.pick("step", kinds); {
	case kind == "query" && len(pools) > 0:
		return "query: " + text(d.duration()) + ", pool: " + d.pick("pool", pools)
	case kind == "log":
		return "log: " + text(d.text(parameters))
	case kind == "raise":
		return "raise: " + d.pick("exception", exceptions())
	case kind == "repeat":
		return fmt.Sprintf("repeat: %d, do: %s", d.number("times", 0, 3), d.steps(async, parameters, depth+1))
	case kind == "share":
		return fmt.Sprintf("share: %g%%, do: %s", float64(d.number("share", 0, 200))/2, d.steps(async, parameters, depth+1))
	case kind == "block", kind == "cpu", kind == "gil":
		return kind + ": " + text(d.duration())
	case kind == "send":
		return d.send()
	}
	return "sleep: " + text(d.duration())
}

func (d *drawer) send() string { return fmt.Sprintf("send: %dB", d.number("size", 8, 300)) }

// exceptions are what a step may raise: statuses, Python's own, and names that the printed program has to define.
func exceptions() []string {
	return []string{"503", "404", "ValueError", "TimeoutError", "OutOfPaper", "Exception", "app", "Depends"}
}

// duration is a constant or a law, of at most 50 ms.
func (d *drawer) duration() string {
	ms := d.number("milliseconds", 0, 25)
	return d.pick("duration", []string{
		fmt.Sprintf("%dms", ms), fmt.Sprintf("%dus", ms), fmt.Sprintf("uniform(%dms, 50ms)", ms),
		fmt.Sprintf("weighted(%dms: 10, 2ms: 0.5)", ms),
		fmt.Sprintf("quantiles(min=0ms, p50=%dms, p99.9=30ms, max=50ms)", ms),
		"exp(1ms)", "normal(10ms, sd=2ms)", "lognormal(p50=1ms, p99=3ms)",
	})
}

// text is a line that may name parameters.
func (d *drawer) text(parameters []string) string {
	parts := []string{"done", " ", "é", "'", `"`, `\`, "{", "}", "{other}", "{counter}", "#", "{{", "😀", "%s"}
	for _, name := range parameters {
		parts = append(parts, "{"+name+"}", "{"+name+"}")
	}
	var b strings.Builder
	for range d.number("parts", 0, 5) {
		b.WriteString(d.pick("part", parts))
	}
	return b.String()
}
