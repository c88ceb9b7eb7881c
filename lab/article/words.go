package article

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/lab/scenarios"
)

func number(n int) string { return strconv.Itoa(n) }

var (
	digits   = regexp.MustCompile(`\d+`)
	numbered = regexp.MustCompile(`#\d+`)
	ids      = regexp.MustCompile(`\bid=\d+`)
	spaces   = regexp.MustCompile(`\s+`)
	// dated matches the beginning of a log line of gunicorn or Hypercorn.
	dated = regexp.MustCompile(`^\[[^\]]*\] \[\d+\] `)
)

// kinds are the distinct names of threads, with N in place of their numbers.
func kinds(names []string) string {
	var all []string
	for _, name := range names {
		all = append(all, digits.ReplaceAllString(name, "N"))
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}

// firsts are the distinct lines, without their dates and with N in place of ids.
func firsts(lines []string) string {
	var all []string
	for _, line := range lines {
		if line = ids.ReplaceAllString(dated.ReplaceAllString(line, ""), "id=N"); line != "" && !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return strings.Join(all, " / ")
}

// different counts the distinct values.
func different(words []string) int {
	return len(slices.Compact(slices.Sorted(slices.Values(words))))
}

// bodies lists the distinct bodies of first answers and how often each came, with N in place of
// numbers.
func bodies(clients []*scenarios.Client) string {
	var all []string
	for _, c := range clients {
		if answers := c.Answers(); len(answers) > 0 {
			all = append(all, answers[0].Line+" "+numbered.ReplaceAllString(spaces.ReplaceAllString(string(answers[0].Body), " "), "#N"))
		} else {
			all = append(all, "none")
		}
	}
	slices.Sort(all)
	var told []string
	for len(all) > 0 {
		end := 1
		for end < len(all) && all[end] == all[0] {
			end++
		}
		told = append(told, number(end)+" × "+all[0])
		all = all[end:]
	}
	return strings.Join(told, ", ")
}
