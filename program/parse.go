package program

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parse returns the mapping in the file, or nil after a mistake.
func (r *reader) parse(text []byte) *yaml.Node {
	var doc, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	err := decoder.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF):
		r.failAt(1, 1, acceptedRoot, "the file is empty")
		return nil
	case err != nil:
		r.notYAML(text, err)
		return nil
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		line := second.Line
		if len(second.Content) > 0 {
			line = second.Content[0].Line
		}
		r.failAt(line, 1, "accepted: one document, without a line ---", "the file has a second YAML document")
		return nil
	}
	return doc.Content[0]
}

// yamlError is the text of an error of the YAML library.
var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// notYAML says where a file is not YAML, and what is probably wrong.
func (r *reader) notYAML(text []byte, err error) {
	m := yamlError.FindStringSubmatch(strings.Join(strings.Fields(err.Error()), " "))
	if m == nil {
		m = []string{"", "", err.Error()}
	}
	line, _ := strconv.Atoi(m[1])                                      // 0 if there is none
	if line == 0 || strings.HasPrefix(m[2], "did not find expected") { // there the library names a line before
		line = wrongLine(text)
	}
	content := lineOf(text, line)
	column := 1 + len(content) - len(strings.TrimLeft(content, " "))
	for _, hint := range yamlHints {
		if strings.Contains(m[2], hint.part) && (hint.sign == nil || hint.sign.MatchString(content)) {
			if hint.sign != nil {
				column = hint.sign.FindStringIndex(content)[1]
			}
			r.failAt(line, column, "accepted: "+hint.accepted, "this is not YAML: %s (%s)", hint.what, m[2])
			return
		}
	}
	r.failAt(line, column, acceptedRoot, "this is not YAML (%s)", m[2])
}

// yamlHint explains an error of the YAML library.
type yamlHint struct {
	part           string         // of the error
	sign           *regexp.Regexp // that the line must match, up to the mistake; nil matches any
	what, accepted string
}

var yamlHints = []yamlHint{
	{"cannot start any token", regexp.MustCompile(`^ *\t`), "a tab indents the line", "spaces"},
	{
		"cannot start any token", regexp.MustCompile("[:,\\[{-] *[@`%]"), "a value begins with a character that YAML keeps for itself",
		"the value in quotes",
	},
	{
		"mapping values are not allowed", nil, "the line has a colon too many, or is indented too far",
		"a text with a colon in quotes, and keys of one mapping indented alike",
	},
	{"could not find expected ':'", nil, "a key has no colon", "key: value"},
	{
		"did not find expected ',' or", nil, "a bracket or a brace is not closed, or closed by the wrong one",
		"[ with ], { with }, and text with such characters in quotes",
	},
	{"did not find expected key", nil, "the line is indented unlike those before it, or something follows a value", "keys of one mapping indented alike"},
	{"did not find expected '-'", nil, "the line is indented unlike the entries of the list before it", "entries of one list indented alike, each with a dash"},
	{"unexpected end of stream", nil, "a quote is not closed", "the same quote at both ends of a text"},
	{"unexpected document indicator", nil, "a quote is not closed", "the same quote at both ends of a text"},
	{"unknown escape character", nil, "a text in double quotes has a backslash", `\\ for a backslash, or single quotes`},
	{"unknown anchor", nil, "a value begins with *, which names another value", "the value in quotes"},
	{"UTF-8", nil, "the file is not text in UTF-8", "UTF-8"},
	{"control characters", nil, "the file has control characters", "text"},
}

// mostTries is how many beginnings of a file are parsed to find the line of a mistake.
const mostTries = 200

// wrongLine is the line after the longest beginning of the file that is YAML, as far as lines before the end are tried; or
// the line at which the library stops.
func wrongLine(text []byte) int {
	read := &countingReader{text: text}
	var n yaml.Node
	_ = yaml.NewDecoder(read).Decode(&n) // it fails, as before
	stopped := 1 + bytes.Count(bytes.TrimRight(text[:read.n], "\n"), []byte("\n"))
	lines := bytes.SplitAfter(text, []byte("\n"))
	for line, tries := stopped, 0; line > 1 && tries < mostTries; line, tries = line-1, tries+1 {
		beginning := bytes.Join(lines[:line-1], nil)
		if err := yaml.Unmarshal(beginning, &n); err == nil {
			return line
		}
	}
	if stopped < mostTries {
		return 1
	}
	return stopped
}

// countingReader gives a byte at a time, and counts them.
type countingReader struct {
	text []byte
	n    int
}

func (c *countingReader) Read(b []byte) (int, error) {
	if c.n == len(c.text) || len(b) == 0 {
		return 0, io.EOF
	}
	b[0] = c.text[c.n]
	c.n++
	return 1, nil
}

// lineOf is a line of a text, from 1.
func lineOf(text []byte, line int) string {
	lines := strings.Split(string(text), "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	return strings.TrimRight(lines[line-1], "\r")
}
