package flask

import "strings"

// field is a header field as text.
type field struct{ name, value string }

// parseFields is http.client.parse_headers: email.feedparser on the header lines. A line that is not a field ends them,
// and what follows is ignored.
func parseFields(text string) []field {
	var all []field
	open := false // there is a field for a continuation line to continue
	for text != "" {
		var line string
		line, text = cutLine(text)
		if !isFieldLine(line) {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		switch {
		case line[0] == ' ' || line[0] == '\t':
			if open {
				all[len(all)-1].value += line
			}
		case strings.HasPrefix(line, "From ") || name == "":
			open = false
		default:
			all = append(all, field{name, strings.TrimLeft(value, " \t")})
			open = true
		}
	}
	for i := range all {
		all[i].value = strings.TrimRight(all[i].value, "\r\n")
	}
	return all
}

// cutLine cuts after the first line end: CR LF, LF or CR.
func cutLine(text string) (line, rest string) {
	i := strings.IndexAny(text, "\r\n")
	switch {
	case i < 0:
		return text, ""
	case strings.HasPrefix(text[i:], "\r\n"):
		i++
	}
	return text[:i+1], text[i+1:]
}

// isFieldLine is email.feedparser.headerRE.
func isFieldLine(line string) bool {
	if line[0] == ' ' || line[0] == '\t' || strings.HasPrefix(line, "From ") {
		return true
	}
	i := strings.IndexFunc(line, func(r rune) bool { return r < '!' || r > '~' || r == ':' })
	return i >= 0 && line[i] == ':'
}

// get returns the value of the first field of that name.
func get(fields []field, name string) string {
	for _, f := range fields {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}
