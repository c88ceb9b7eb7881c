// Package markers replaces the generated parts of a page that people write: each stands between two comments.
//
//	<!-- bench: costs -->
//	| figure | …
//	<!-- bench end -->
package markers

import (
	"errors"
	"fmt"
	"strings"
)

// Fill puts texts, by their names, between the markers of an owner. A page that lacks one of them is an error, and is
// returned with the others filled in.
func Fill(page, owner string, texts map[string]string) (string, error) {
	end := "<!-- " + owner + " end -->"
	var failed error
	for name, text := range texts {
		begin := Begin(owner, name)
		before, rest, ok := strings.Cut(page, begin)
		_, after, ended := strings.Cut(rest, end)
		if !ok || !ended {
			failed = errors.Join(failed, fmt.Errorf("the page has no %s … %s", begin, end))
			continue
		}
		page = before + begin + "\n" + text + end + after
	}
	return page, failed
}

// Begin is the marker before a text.
func Begin(owner, name string) string { return "<!-- " + owner + ": " + name + " -->" }
