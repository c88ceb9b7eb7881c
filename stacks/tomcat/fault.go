package tomcat

import (
	"fmt"
	"strings"
)

// fault is a Java exception as a report shows it.
type fault struct {
	class   string
	message string
	silent  bool // it has no message
	frames  []string
	cause   *fault
}

const (
	illegalArgument = "java.lang.IllegalArgumentException"
	illegalState    = "java.lang.IllegalStateException"
)

// site is where an exception is thrown.
type site uint8

const (
	inMethod site = iota
	inTargetCR
	inQuery
	inTarget
	inProtocol
	inPhase
	fillBeforeLine // from here to fillSkippedLater: more bytes are needed, and the buffer is full
	fillMethod
	fillAfterMethod
	fillTarget
	fillAfterTarget
	fillProtocol
	fillFieldStart
	fillName
	fillBeforeValue
	fillValue
	fillAfterValue
	fillSkippedName
	fillSkippedCR
	fillSkippedControl
	fillSkippedEmpty
	fillSkippedLater
	wholeHead
	skippedName
	skippedCR
	skippedControl
	skippedEmpty
	skippedLater // by another thread than the one that has begun to
	tooManyFields
	hostFirst
	hostName // with the line of its parser's branch
	hostNumber
	hostIPv6
	badChunkOfQuery
	badParameter
	tooManyParameters
	malformedName
	malformedValue
)

// fault returns the exception of a site. inner are frames above those of the site.
func (v *Version) fault(at site, class, message string, inner ...string) *fault {
	f := &fault{class: class, message: message}
	for _, frame := range append(inner, strings.Fields(v.Frames[at])...) {
		f.frames = append(f.frames, expand(frame))
	}
	for frame := range strings.FieldsSeq(v.Outer) {
		f.frames = append(f.frames, expand(frame))
	}
	return f
}

// packages are those of the classes in frames.
var packages = map[string]string{
	"Http11InputBuffer":      "org.apache.coyote.http11",
	"Http11Processor":        "org.apache.coyote.http11",
	"AbstractProcessor":      "org.apache.coyote",
	"AbstractProcessorLight": "org.apache.coyote",
	"AbstractProtocol":       "org.apache.coyote",
	"HttpHeaderParser":       "org.apache.tomcat.util.http.parser",
	"HttpParser":             "org.apache.tomcat.util.http.parser",
	"Host":                   "org.apache.tomcat.util.http.parser",
	"MimeHeaders":            "org.apache.tomcat.util.http",
	"Parameters":             "org.apache.tomcat.util.http",
	"ByteChunk":              "org.apache.tomcat.util.buf",
	"StringCache":            "org.apache.tomcat.util.buf",
	"NioEndpoint":            "org.apache.tomcat.util.net",
	"SocketProcessorBase":    "org.apache.tomcat.util.net",
	"ThreadPoolExecutor":     "org.apache.tomcat.util.threads",
	"TaskThread":             "org.apache.tomcat.util.threads",
	"Request":                "org.apache.catalina.connector",
	"RequestFacade":          "org.apache.catalina.connector",
	"HttpServlet":            "jakarta.servlet.http",
	"Thread":                 "java.base/java.lang",
	"NumberFormatException":  "java.base/java.lang",
	"Long":                   "java.base/java.lang",
	"Integer":                "java.base/java.lang",
	"CoderResult":            "java.base/java.nio.charset",
	"CharsetDecoder":         "java.base/java.nio.charset",
}

// expand turns a frame of the form Class.method:line into what Java prints.
func expand(frame string) string {
	place, line, _ := strings.Cut(frame, ":")
	class, _, _ := strings.Cut(place, ".")
	file, _, _ := strings.Cut(class, "$")
	where := packages[file]
	if where != "" {
		where += "."
	}
	return fmt.Sprintf("%s%s(%s.java:%s)", where, place, file, line)
}

// text returns the exception as Java prints it.
func (f *fault) text() string {
	if f.silent {
		return f.class
	}
	return f.class + ": " + f.message
}

// logged returns the exception as the log shows it, with all frames.
func (f *fault) logged() string {
	var b strings.Builder
	b.WriteString(f.text())
	for _, frame := range f.frames {
		b.WriteString("\n\tat " + frame)
	}
	return b.String() + "\n"
}

// printable returns bytes of a request as a report shows them (HeaderUtil.toPrintableString).
func printable(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		if c < ' ' || c > '~' {
			fmt.Fprintf(&s, "0x%02x", c)
		} else {
			s.WriteByte(c)
		}
	}
	return s.String()
}
