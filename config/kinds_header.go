package config

import (
	"fmt"
	"slices"
	"strings"
)

// headerLines are fields of answers, NAME:VALUE, one a line.
type headerLines struct{ field func(*Config) *string }

func (k headerLines) read(c *Config, text string) error {
	for line := range strings.SplitSeq(text, "\n") {
		if why := wrongHeader(line); why != "" {
			return fmt.Errorf("%s %s; accepted: NAME:VALUE such as X-Served-By:target", quote(line), why)
		}
	}
	*k.field(c) = text
	return nil
}

func (k headerLines) show(c *Config) string { return *k.field(c) }

func (k headerLines) check(c *Config) error {
	if *k.field(c) == "" {
		return nil
	}
	return k.read(new(Config), k.show(c))
}

// wrongHeader says why a field cannot be sent; empty if it can. The real server starts with most of these, and then fails
// at every request.
func wrongHeader(line string) string {
	name, value, ok := strings.Cut(line, ":")
	switch {
	case !ok:
		return "has no colon"
	case name == "":
		return "has no name"
	case strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:[]={}\"/?`, r)
	}):
		return "has a name with a character that names cannot have"
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "has a value with a control character"
	case strings.ContainsFunc(value, func(r rune) bool { return r > 0xff }):
		return "has a value with a character that Latin-1 does not have"
	case slices.Contains([]string{"connection", "content-length", "transfer-encoding"}, strings.ToLower(name)):
		return "changes how answers end, which is not imitated"
	}
	return ""
}

// HeaderLines lists the name, in lower case, and the value of each field in a valid [Config.Header].
func (c *Config) HeaderLines() [][2]string {
	if c.Header == "" {
		return nil
	}
	var lines [][2]string
	for line := range strings.SplitSeq(c.Header, "\n") {
		name, value, _ := strings.Cut(line, ":")
		lines = append(lines, [2]string{strings.ToLower(name), value})
	}
	return lines
}

// spacedHeader is the first field whose value begins or ends with a space, or empty.
func (c *Config) spacedHeader() string {
	for line := range strings.SplitSeq(c.Header, "\n") {
		if _, value, _ := strings.Cut(line, ":"); strings.Trim(value, " ") != value {
			return line
		}
	}
	return ""
}
