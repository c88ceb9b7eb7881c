package tomcat

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// Parameters are those of a query: of each name, the first value.
type Parameters map[string]string

// Parameters reads a query (org.apache.tomcat.util.http.Parameters). If that fails, it returns the answer to a request of
// that method that says so.
func (v *Version) Parameters(method, query string) (found Parameters, answer *http1.Answer) {
	found = Parameters{}
	count := 0
	for at := 0; at < len(query); {
		pair, _, _ := strings.Cut(query[at:], "&")
		name, value, assigned := strings.Cut(pair, "=")
		from := at
		at += len(pair) + 1
		var wrong *thrown
		if name == "" {
			wrong = v.nameless(query, from, from+len(pair), assigned)
		} else {
			wrong = v.decode(found, name, value, &count)
		}
		if wrong != nil {
			return nil, v.report(http.StatusBadRequest, "", v.inServlet(wrong, method))
		}
	}
	return found, nil
}

// thrown is an exception in a servlet that asks for a parameter.
type thrown struct {
	at             site
	class, message string
	cause          *thrown
}

const invalidParameter = "org.apache.tomcat.util.http.InvalidParameterException"

// inServlet returns an exception as a report shows it, with the frames of a servlet that is called for a method.
func (v *Version) inServlet(t *thrown, method string) *fault {
	f := &fault{class: t.class, message: t.message}
	if t.class != undecodable { // which has no frames (UDecoder.DecodeException)
		call := v.Call
		if method == http.MethodHead {
			call = v.HeadCall
		}
		for frame := range strings.FieldsSeq(v.Frames[t.at] + " " + call) {
			f.frames = append(f.frames, expand(frame))
		}
	}
	if t.cause != nil {
		f.cause = v.inServlet(t.cause, method)
	}
	return f
}

// nameless reads a part without a name. An empty one is fine; any other is left out, or fails the request.
func (v *Version) nameless(query string, from, to int, assigned bool) *thrown {
	if !assigned || !v.ChecksParameters {
		return nil
	}
	return &thrown{at: badChunkOfQuery, class: invalidParameter, message: fmt.Sprintf(
		"Invalid chunk starting at byte [%s] and ending at byte [%s] with a value of [%s] ignored", grouped(from), grouped(to), query[from:to])}
}

// maxParameters is maxParameterCount of version 11. That of 10.1.7, 10,000, does not fit into a request line.
const maxParameters = 1000

// decode adds a parameter, unless its name has a value already or it cannot be decoded.
func (v *Version) decode(found Parameters, name, value string, count *int) *thrown {
	if v.ChecksParameters {
		return v.decodeStrictly(found, name, value, count)
	}
	names, why := v.unescapeQuery(name)
	values, whyNot := v.unescapeQuery(value)
	if why == "" && whyNot == "" {
		found.add(javaUTF8(names), javaUTF8(values))
	}
	return nil
}

// decodeStrictly is decode where a parameter that cannot be decoded fails the request. What the report shows is what
// decoding has made of it by then.
func (v *Version) decodeStrictly(found Parameters, name, value string, count *int) *thrown {
	names, why := v.unescapeQuery(name)
	if why != "" {
		return undecoded(latin1(names), value, &thrown{class: undecodable, message: why})
	}
	if n := malformedUTF8(names); n > 0 {
		return undecoded(javaUTF8(names), value, malformedInput(malformedName, n))
	}
	values, why := v.unescapeQuery(value)
	if why != "" {
		return undecoded(javaUTF8(names), latin1(values), &thrown{class: undecodable, message: why})
	}
	if n := malformedUTF8(values); n > 0 {
		return undecoded(javaUTF8(names), javaUTF8(values), malformedInput(malformedValue, n))
	}
	if *count >= maxParameters {
		return &thrown{at: tooManyParameters, class: invalidParameter, message: fmt.Sprintf(
			"More than the maximum number of request parameters (GET plus POST) for a single request ([%s]) were detected. "+
				"Any parameters beyond this limit have been ignored. "+
				"To change this limit, set the maxParameterCount attribute on the Connector.", grouped(maxParameters))}
	}
	*count++
	found.add(names, values)
	return nil
}

func (p Parameters) add(name, value string) {
	if _, there := p[name]; !there {
		p[name] = value
	}
}

// undecodable is the exception of a wrong escape.
const undecodable = "org.apache.tomcat.util.buf.UDecoder$DecodeException"

func malformedInput(at site, length int) *thrown {
	return &thrown{at: at, class: "java.nio.charset.MalformedInputException", message: "Input length = " + strconv.Itoa(length)}
}

// undecoded returns the exception of a parameter that cannot be decoded.
func undecoded(name, value string, cause *thrown) *thrown {
	return &thrown{
		at: badParameter, class: invalidParameter, cause: cause,
		message: "Character decoding failed. Parameter [" + name + "] with value [" + value + "] has been ignored. " +
			"Note that the name and value quoted here may be corrupted due to the failed decoding. " +
			"Use debug level logging to see the original, non-corrupted values.",
	}
}

// grouped spells a number below a million as Java's messages do: 1,000.
func grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// latin1 returns bytes as characters of ISO 8859-1.
func latin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// unescapeQuery decodes a name or a value (UDecoder.convert). If that fails, it returns why, and the text, of which the
// first part is decoded in place.
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
				return string(b) + s[len(b):], why
			}
			c = byte(hex(s[i+1])<<4 | hex(s[i+2]))
			i += 2
		}
		b = append(b, c)
	}
	return string(b), ""
}
