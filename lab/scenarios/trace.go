package scenarios

import "strings"

const traceBegins = "Traceback (most recent call last):"

// withoutTraces separates the lines of a log from Python's tracebacks; for each traceback it returns
// the line that names the error. A traceback begins with its heading, has indented lines, and ends with
// the error; several may be chained.
func withoutTraces(lines []string) (kept, errors []string) {
	inside, after := false, false
	for _, line := range lines {
		switch {
		case strings.HasSuffix(line, traceBegins):
			inside = true
			if line != traceBegins && !strings.HasPrefix(line, " ") {
				kept = append(kept, line)
			}
		case strings.HasPrefix(line, " ") && (inside || after):
		case inside && line != "":
			errors = append(errors, line)
			inside, after = false, true
		case after && (line == "" || chained(line)):
		case !inside:
			kept = append(kept, line)
			after = false
		}
	}
	return kept, errors
}

// chained reports whether the line connects one traceback to the next.
func chained(line string) bool {
	return strings.HasPrefix(line, "During handling of the above exception") ||
		strings.HasPrefix(line, "The above exception was the direct cause")
}
