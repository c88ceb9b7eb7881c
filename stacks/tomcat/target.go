package tomcat

import (
	"bytes"
	"unicode/utf8"
)

// badURI is the report of a path that cannot be looked up.
const badURI = "Invalid URI"

// locate decodes and normalises a path, as it is then looked up (CoyoteAdapter.postParseRequest). If that fails, it
// returns the report, which may be empty.
func (v *Version) locate(target []byte) (path, report string, good bool) {
	b, why := v.unescape(withoutParameters(target))
	b, good = normalise(b)
	switch {
	case !good:
		return "", badURI, false
	case !utf8.Valid(b):
		return "", "", false
	case why != "":
		return "", badURI + ": [" + why + "]", false
	}
	return string(b), "", true
}

// withoutParameters leaves out what follows a semicolon in each segment (parsePathParameters).
func withoutParameters(path []byte) []byte {
	kept := make([]byte, 0, len(path)+1)
	inside := false
	for i, c := range path {
		switch {
		case c == '/':
			inside = false
		case c == ';' && i > 0:
			inside = true
		}
		if !inside {
			kept = append(kept, c)
		}
	}
	return kept
}

// unescape decodes escapes, up to the first malformed one (UDecoder.convert).
func (v *Version) unescape(b []byte) (decoded []byte, why string) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c == '%' {
			why = v.wrongEscape(b[i:])
			if why != "" {
				return b, why
			}
			c = byte(hex(b[i+1])<<4 | hex(b[i+2]))
			i += 2
			if c == '/' {
				return b, v.NoSlash
			}
		}
		decoded = append(decoded, c)
	}
	return decoded, ""
}

const endOfFile = "End of file (EOF)"

func (v *Version) wrongEscape(b []byte) string {
	switch {
	case len(b) < 3:
		return endOfFile
	case hex(b[1]) < 0 || hex(b[2]) < 0:
		return v.NotHex
	}
	return ""
}

// normalise removes empty segments and dots (CoyoteAdapter.normalize).
func normalise(b []byte) (path []byte, good bool) {
	if len(b) == 0 || b[0] != '/' || bytes.ContainsAny(b, "\\\x00") {
		return nil, false
	}
	var segments [][]byte
	parts := bytes.Split(b[1:], []byte{'/'})
	slash := false // whether the path ends in one
	for i, part := range parts {
		last := i == len(parts)-1
		switch {
		case len(part) == 0:
			slash = last
		case string(part) == ".":
			slash = false
		case string(part) == "..":
			if len(segments) == 0 {
				return nil, false
			}
			segments, slash = segments[:len(segments)-1], false
		default:
			segments, slash = append(segments, part), false
		}
	}
	path = append([]byte{'/'}, bytes.Join(segments, []byte{'/'})...)
	if slash && len(segments) > 0 {
		path = append(path, '/')
	}
	return path, true
}
