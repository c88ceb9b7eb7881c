package tomcat

import (
	"fmt"
	"strings"
)

// hostLine is a line of HttpParser: a branch of its parser of hosts.
type hostLine uint8

const (
	nameEnd hostLine = iota
	namePeriod
	nameColon
	nameHyphen
	nameOther
	nameLoop
	namePort
	port
	portNumber // the port does not fit into a number
	portDigit  // only its last digit is too much
	octet
	leadingZero
	zeroName // a number that turns out to be a name
	noBracket
	bracket
	letterName
	otherIPv4
	numberName
	portIPv4
	singleStart
	hextet
	manyColons
	twoDoubles
	singleEnd
	embedded
	misplaced
	otherIPv6
	manyHextets
	fewHextets
	portIPv6
	afterIPv6
)

// hostReader reads a Host field (org.apache.tomcat.util.http.parser.Host).
type hostReader struct {
	version *Version
	value   []byte
	pos     int
	at      site
	calls   []hostLine // the calls that led here, the innermost last
	fault   *fault
	spaced  bool // blanks precede the port
}

// checkHost reports whether a host is good, and the exception if that is how one is refused.
func (v *Version) checkHost(value []byte) (f *fault, good bool) {
	r := &hostReader{version: v, value: value}
	switch first := r.peek(); {
	case isAlpha(first):
		r.at = hostName
		r.name()
	case isDigit(first):
		r.at = hostNumber
		r.number(false)
	case first == '[':
		r.at = hostIPv6
		r.ipv6()
	default:
		f = v.fault(hostFirst, illegalArgument, "")
		f.silent = true
		return f, false
	}
	return r.fault, r.fault == nil && !r.spaced // AbstractProcessor.parseHost reads the port again, without blanks
}

func (r *hostReader) peek() int {
	if r.pos < len(r.value) {
		return int(r.value[r.pos])
	}
	return -1
}

func (r *hostReader) read() int {
	c := r.peek()
	if c >= 0 {
		r.pos++
	}
	return c
}

// fail makes the exception of a branch. It returns false.
func (r *hostReader) fail(line hostLine, format string, args ...any) bool {
	inner := strings.Fields(r.version.HostLines[line])
	for i := len(r.calls) - 1; i >= 0; i-- {
		inner = append(inner, r.version.HostLines[r.calls[i]])
	}
	r.fault = r.version.fault(r.at, illegalArgument, fmt.Sprintf(format, args...), inner...)
	r.fault.silent = format == ""
	return false
}

// in calls a part of the parser from a line.
func (r *hostReader) in(line hostLine, part func() bool) bool {
	r.calls = append(r.calls, line)
	good := part()
	r.calls = r.calls[:len(r.calls)-1]
	return good
}

// shown returns a character as a report shows it. The end is Java's (char) -1.
func shown(c int) string {
	if c < 0 {
		return "\uffff"
	}
	return string(rune(c))
}

// label is what precedes a character in a domain name, and what may follow it.
type label struct {
	name, after              string
	hyphens, periods, mayEnd bool
}

var (
	labelNew     = label{"NEW", "at the start of", false, false, false}
	labelLetter  = label{"ALPHA", "after a letter in", true, true, true}
	labelNumber  = label{"NUMERIC", "after a number in", true, true, true}
	labelPeriod  = label{"PERIOD", "after a period in", false, false, true}
	labelHyphen  = label{"HYPHEN", "after a hyphen in", true, false, false}
	notAfterWord = "The character [%s] is not valid %s a domain name."
)

// name reads a domain name and a port (readHostDomainName).
func (r *hostReader) name() bool {
	for l := labelNew; ; {
		c := r.read()
		wrong := func(line hostLine) bool {
			return r.in(nameLoop, func() bool { return r.fail(line, notAfterWord, shown(c), l.after) })
		}
		switch {
		case c < 0 && l.mayEnd:
			return true
		case c < 0:
			return r.in(nameLoop, func() bool {
				return r.fail(nameEnd, "The state [%s] is not valid for the end of a segment.", l.name)
			})
		case isAlpha(c):
			l = labelLetter
		case isDigit(c):
			l = labelNumber
		case c == '.' && l.periods:
			l = labelPeriod
		case c == '.':
			return wrong(namePeriod)
		case c == ':' && l.mayEnd:
			return r.in(namePort, r.port)
		case c == ':':
			return wrong(nameColon)
		case c == '-' && l.hyphens:
			l = labelHyphen
		case c == '-':
			return wrong(nameHyphen)
		default:
			return r.in(nameLoop, func() bool {
				return r.fail(nameOther, "The character [%s] is never valid in a domain name.", shown(c))
			})
		}
	}
}

// port reads digits to the end (validatePort).
func (r *hostReader) port() bool {
	for r.peek() == ' ' || r.peek() == '\t' {
		r.pos++
		r.spaced = true
	}
	from := r.pos
	for isDigit(r.peek()) {
		r.pos++
	}
	digits := string(r.value[from:r.pos])
	if line, bad := r.tooLarge(digits); bad {
		r.fail(line, "For input string: \"%s\"", digits)
		r.fault.class = "java.lang.NumberFormatException"
		return false
	}
	if r.peek() >= 0 {
		return r.fail(port, "")
	}
	return true
}

// nameFrom goes back to mark, where a number started, and reads a domain name.
func (r *hostReader) nameFrom(mark int, line hostLine) bool {
	r.pos = mark
	return r.in(line, r.name)
}

// number reads an IPv4 address, which may turn out to be a name (readHostIPv4).
func (r *hostReader) number(inIPv6 bool) bool {
	mark, value, count := r.pos, -1, 1
	for more := true; more; {
		c := r.read()
		switch {
		case c == '.' && value < 0:
			return r.fail(octet, "Invalid octet [%d]. The valid range for IPv4 octets is 0 to 255.", value)
		case c == '.':
			count, value = count+1, -1
		case isDigit(c) && value < 0:
			value = c - '0'
		case isDigit(c) && value > 0:
			value = value*10 + c - '0'
			more = value <= 255
		case isDigit(c) && inIPv6:
			return r.fail(leadingZero, "A non-zero IPv4 octet may not contain a leading zero.")
		case isDigit(c):
			return r.nameFrom(mark, zeroName)
		case !inIPv6 && (isAlpha(c) || c == '-'):
			return r.nameFrom(mark, letterName)
		case !r.endsNumber(c, inIPv6):
			return false
		default:
			more = false
		}
	}
	if count != 4 || value < 0 || value > 255 {
		return r.nameFrom(mark, numberName)
	}
	return inIPv6 || r.in(portIPv4, r.port)
}

// endsNumber reports whether an IPv4 address may end here.
func (r *hostReader) endsNumber(c int, inIPv6 bool) bool {
	switch {
	case c == ':', c < 0 && !inIPv6, c == ']' && inIPv6:
		return true
	case c < 0:
		return r.fail(noBracket, "The IPv6 address is missing a closing bracket.")
	case c == ']':
		return r.fail(bracket, "A closing bracket ']' was found in a non-IPv6 host name.")
	}
	return r.fail(otherIPv4, "The character [%s] is never valid in an IPv4 address.", shown(c))
}

// tooLarge reports whether a number does not fit, and where parseInt or parseLong notices: before it multiplies what it has
// by ten, or when it adds a digit.
func (r *hostReader) tooLarge(digits string) (line hostLine, bad bool) {
	most := int64(1)<<(r.version.PortBits-1) - 1
	n := int64(0)
	for _, c := range []byte(digits) {
		digit := int64(c - '0')
		switch {
		case n > most/10:
			return portNumber, true
		case n*10 > most-digit:
			return portDigit, true
		}
		n = n*10 + digit
	}
	return 0, false
}
