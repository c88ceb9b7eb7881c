package form

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// option006 matches an option of a header, as python-multipart 0.0.6 does (OPTION_RE).
var option006 = regexp.MustCompile(`(?:;|^)[ \t\n\r\f\v]*([^` + special + `]+)[ \t\n\r\f\v]*=[ \t\n\r\f\v]*([^` + special + `]+|"(?:\\.|[^"])*")`)

// special are the characters that end an option's name, for a class of a regular expression (SPECIAL_CHARS).
const special = `()<>@,;:\\"/\[\]?={} \t`

// options006 is python-multipart 0.0.6's parse_options_header: a header's value and its options.
func options006(value []byte) (string, map[string][]byte) {
	before, rest, found := bytes.Cut(value, []byte(";"))
	if !found {
		return string(bytes.Trim(lower(value), " \t\n\r\f\v")), nil
	}
	options := map[string][]byte{}
	for _, m := range option006.FindAllSubmatch(rest, -1) {
		key, value := string(lower(m[1])), m[2]
		if value[0] == '"' {
			value = unescape(value)
		}
		options[key] = withoutPath(key, value)
	}
	return string(before), options
}

// options034 is python-multipart 0.0.34's parse_options_header.
func options034(value []byte) (string, map[string][]byte) {
	if bytes.IndexByte(value, ';') < 0 {
		return string(bytes.Trim(lower(value), " \t")), nil
	}
	segments := splitOptions(value)
	options := map[string][]byte{}
	for _, segment := range segments[1:] {
		name, value, _ := bytes.Cut(segment, []byte("="))
		key := string(name)
		if strings.Contains(key, "*") {
			continue
		}
		if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
			value = unescape(value)
		}
		options[key] = withoutPath(key, value)
	}
	return string(lower(segments[0])), options
}

// splitOptions divides a header at its semicolons, except for those in quotation marks (_parseparam).
func splitOptions(value []byte) [][]byte {
	var all [][]byte
	for start := 0; start <= len(value); {
		end, quotes := start, 0
		for from := start; ; {
			i := bytes.IndexByte(value[end:], ';')
			if i < 0 {
				end = len(value)
				break
			}
			end += i
			quotes += bytes.Count(value[from:end], []byte(`"`)) - bytes.Count(value[from:end], []byte(`\"`))
			if quotes%2 == 0 {
				break
			}
			from = end
			end++
		}
		segment := value[start:end]
		if name, text, found := bytes.Cut(segment, []byte("=")); found {
			segment = append(append(lower(bytes.TrimRight(name, " \t")), '='), bytes.TrimLeft(text, " \t")...)
		}
		all = append(all, bytes.Trim(segment, " \t"))
		start = end + 1
	}
	return all
}

// unescape is the text in quotation marks.
func unescape(value []byte) []byte {
	value = bytes.ReplaceAll(value[1:len(value)-1], []byte(`\\`), []byte(`\`))
	return bytes.ReplaceAll(value, []byte(`\"`), []byte(`"`))
}

// withoutPath is an option without the path that Internet Explorer 6 sends before the name of a file.
func withoutPath(key string, value []byte) []byte {
	if key != "filename" {
		return value
	}
	if bytes.HasPrefix(value, []byte(`\\`)) || len(value) >= 3 && string(value[1:3]) == `:\` {
		return value[bytes.LastIndexByte(value, '\\')+1:]
	}
	return value
}

// lower is Python's lower() of bytes.
func lower(b []byte) []byte {
	b = bytes.Clone(b)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return b
}

// isUTF8 reports whether the options of a Content-Type name UTF-8, by one of Python's names for it, or no character set.
func isUTF8(options map[string][]byte) bool {
	charset, found := options["charset"]
	if !found {
		return true
	}
	switch strings.Trim(strings.NewReplacer("-", "_", " ", "_").Replace(string(lower(charset))), "_") {
	case "utf_8", "utf8", "utf", "u8", "utf8_ucs2", "utf8_ucs4", "cp65001":
		return true
	}
	return false
}

// decode is a text in UTF-8, or in Latin-1 if it is not.
func decode(b []byte, inUTF8 bool) string {
	if inUTF8 && utf8.Valid(b) {
		return string(b)
	}
	return latin1(b)
}
