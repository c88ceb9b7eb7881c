package access

import (
	"errors"
	"fmt"
	"strings"
)

// Fill returns a page with the tables of now. Each is between a line <!-- access: NAME --> and the next line
// <!-- access end -->. programs is the folder of the lab's programs.
func Fill(page, programs string) (string, error) {
	for _, section := range sections(programs) {
		text, err := section.make()
		if err != nil {
			return "", fmt.Errorf("table %s: %w", section.name, err)
		}
		begin, end := "<!-- access: "+section.name+" -->\n", "<!-- access end -->"
		before, rest, found := strings.Cut(page, begin)
		_, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			return "", fmt.Errorf("table %s: %w", section.name, errNoPlace)
		}
		page = before + begin + text + end + after
	}
	return page, nil
}

var errNoPlace = errors.New("the page has no place for it")

// section is a table of the page.
type section struct {
	name string
	make func() (string, error)
}

func sections(programs string) []section {
	all := append(subjects(), loops()...)
	var fastapi []subject
	for _, s := range subjects()[:5] {
		s.args += " --program " + programs + "/tasks.yaml"
		if s.fill == 0 { // the program's requests sleep for fixed times
			fastapi = append(fastapi, s)
		}
	}
	of := func(heads string, subjects []subject, cells func(subject, string) (string, error)) func() (string, error) {
		return func() (string, error) { return table(heads, subjects, cells) }
	}
	return []section{
		{"atoms", atomTable},
		{"waits", of("clients waited | line after | D | D has the wait", all, waits)},
		{"departures", of("running, FIN | queued, FIN | running, RST | queued, RST", all, departures)},
		{"others", of("404 while the thread is busy | refused by `--queue 0` | `nonsense`", all, others)},
		{"tasks", of("clients waited | line of the first | line of the second", fastapi, tasks)},
	}
}
