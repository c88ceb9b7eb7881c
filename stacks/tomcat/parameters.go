package tomcat

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/target-server/target-server/server/http1"
)

// Parameters are those of a query: of each name, the first value.
type Parameters map[string]string

// Parameters reads a query (org.apache.tomcat.util.http.Parameters). If that fails, it returns the answer that says so.
func (v *Version) Parameters(query string) (found Parameters, answer *http1.Answer) {
	found = Parameters{}
	for at := 0; at < len(query); {
		pair, _, _ := strings.Cut(query[at:], "&")
		name, value, assigned := strings.Cut(pair, "=")
		from := at
		at += len(pair) + 1
		if name == "" {
			if f := v.nameless(query, from, from+len(pair), assigned); f != nil {
				return nil, v.report(400, "", f)
			}
			continue
		}
		if f := v.decode(found, name, value); f != nil {
			return nil, v.report(400, "", f)
		}
	}
	return found, nil
}

// nameless reads a part without a name. An empty one is fine; any other is left out, or fails the request.
func (v *Version) nameless(query string, from, to int, assigned bool) *fault {
	if !assigned || !v.ChecksParameters {
		return nil
	}
	return v.thrown(badChunkOfQuery, fmt.Sprintf(
		"Invalid chunk starting at byte [%d] and ending at byte [%d] with a value of [%s] ignored", from, to, query[from:to]))
}

const invalidParameter = "org.apache.tomcat.util.http.InvalidParameterException"

// thrown returns an exception in a servlet that asks for a parameter.
func (v *Version) thrown(at site, message string) *fault {
	return v.inServlet(at, invalidParameter, message)
}

func (v *Version) inServlet(at site, class, message string) *fault {
	f := &fault{class: class, message: message}
	for frame := range strings.FieldsSeq(v.Frames[at] + " " + v.Call) {
		f.frames = append(f.frames, expand(frame))
	}
	return f
}

// decode adds a parameter, unless its name has a value already or it cannot be decoded.
func (v *Version) decode(found Parameters, name, value string) *fault {
	names, why := v.unescapeQuery(name)
	values, whyNot := v.unescapeQuery(value)
	if why == "" {
		why = whyNot
	}
	malformed := v.ChecksParameters && (!utf8.ValidString(names) || !utf8.ValidString(values))
	switch {
	case (why != "" || malformed) && v.ChecksParameters:
		return v.undecoded(names, values, why)
	case why != "":
		return nil
	}
	names, values = strings.ToValidUTF8(names, "\ufffd"), javaUTF8(values)
	if _, there := found[names]; !there {
		found[names] = values
	}
	return nil
}

// undecoded returns the exception of a parameter that cannot be decoded.
func (v *Version) undecoded(name, value, why string) *fault {
	f := v.thrown(badParameter, "Character decoding failed. "+
		"Parameter ["+replaced(name)+"] with value ["+replaced(value)+"] has been ignored. "+
		"Note that the name and value quoted here may be corrupted due to the failed decoding. "+
		"Use debug level logging to see the original, non-corrupted values.")
	f.cause = &fault{class: "org.apache.tomcat.util.buf.UDecoder$DecodeException", message: why}
	if why == "" {
		f.cause = v.inServlet(malformedInput, "java.nio.charset.MalformedInputException", "Input length = 1")
	}
	return f
}

// replaced puts U+FFFD in place of each byte that is not UTF-8.
func replaced(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
	}
	return b.String()
}

// unescapeQuery decodes a name or a value. If that fails, it returns the text unchanged, and why.
func (v *Version) unescapeQuery(s string) (decoded, why string) {
	if !strings.ContainsAny(s, "+%") {
		return s, ""
	}
	var b []byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			why = v.wrongEscape([]byte(s[i:]))
			if why != "" {
				return s, why
			}
			c = byte(hex(s[i+1])<<4 | hex(s[i+2]))
			i += 2
		}
		b = append(b, c)
	}
	return string(b), ""
}
