package zone

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Rule reads a rule for TZ: std offset [dst [offset] [,start[/time],end[/time]]] (__tzset_parse_tz). Where that goes
// wrong, it returns what the C library makes of the part before, and false.
func Rule(tz string) (*time.Location, bool) {
	r := reader{tz}
	if !r.name() {
		return time.UTC, false
	}
	standard, good := r.offset()
	if !good {
		return time.UTC, false
	}
	if r.rest == "" {
		return build(standard, fmt.Sprintf("<STD>%s", clock(standard))), true
	}
	summer, named := 0, r.name()
	if named {
		if summer, good = r.offset(); !good {
			summer = standard - 3600 // west of Greenwich is positive
		}
	}
	changes := [2]string{"0/0", "0/0"} // what is there before a change is read
	for i, usual := range []string{"M3.2.0", "M11.1.0"} {
		changes[i], good = r.change(usual)
		if !good {
			changes[i] = "0/0"
			break
		}
	}
	return build(standard, fmt.Sprintf("<STD>%s<DST>%s,%s,%s", clock(standard), clock(summer), changes[0], changes[1])), named && good
}

// reader takes parts off the front of a rule.
type reader struct{ rest string }

// name takes the name of a zone: at least three letters, or letters, digits and signs in angle brackets.
func (r *reader) name() bool {
	n := 0
	for n < len(r.rest) && isLetter(r.rest[n]) {
		n++
	}
	if n >= 3 {
		r.rest = r.rest[n:]
		return true
	}
	inside, after, closed := strings.Cut(strings.TrimPrefix(r.rest, "<"), ">")
	if !strings.HasPrefix(r.rest, "<") || !closed || len(inside) < 3 {
		return false
	}
	for i := range len(inside) {
		if c := inside[i]; !isLetter(c) && !isDigit(c) && c != '+' && c != '-' {
			return false
		}
	}
	r.rest = after
	return true
}

// offset takes a time that is added to the local time to get UTC, in seconds: [+-]hh[:mm[:ss]]. Parts that are too large
// count as the largest.
func (r *reader) offset() (seconds int, good bool) {
	sign := 1
	if r.rest != "" && (r.rest[0] == '-' || r.rest[0] == '+') {
		if r.rest[0] == '-' {
			sign = -1
		}
		r.rest = r.rest[1:]
	}
	hours, minutes, seconds, good := r.time()
	return sign * (min(hours, 24)*3600 + min(minutes, 59)*60 + min(seconds, 59)), good
}

// time takes hh[:mm[:ss]].
func (r *reader) time() (hours, minutes, seconds int, good bool) {
	hours, good = r.number()
	for _, part := range []*int{&minutes, &seconds} {
		if !good || len(r.rest) < 2 || r.rest[0] != ':' || !isDigit(r.rest[1]) {
			break
		}
		r.rest = r.rest[1:]
		*part, _ = r.number()
	}
	return hours, minutes, seconds, good
}

// mostDigits is how many digits of a number count.
const mostDigits = 5

func (r *reader) number() (n int, good bool) {
	i := 0
	for ; i < len(r.rest) && isDigit(r.rest[i]); i++ {
		if i < mostDigits {
			n = 10*n + int(r.rest[i]-'0')
		}
	}
	r.rest = r.rest[i:]
	return n, i > 0
}

// change takes the day and the time of a change (parse_rule), and returns it as Go reads it. At the end of the rule it is
// the usual one, that of the United States.
func (r *reader) change(usual string) (text string, good bool) {
	r.rest = strings.TrimPrefix(r.rest, ",")
	switch {
	case r.rest == "":
		return usual, true
	case r.rest[0] == 'M':
		text, good = r.monthly()
	default:
		text, good = r.daily()
	}
	switch {
	case !good, r.rest != "" && r.rest[0] != '/' && r.rest[0] != ',':
		return "", false
	case r.rest == "" || r.rest[0] == ',':
		return text, true
	}
	r.rest = r.rest[1:]
	if r.rest == "" {
		return "", false
	}
	sign := 1
	if r.rest[0] == '-' {
		sign, r.rest = -1, r.rest[1:]
	}
	hours, minutes, seconds, said := r.time()
	if !said {
		hours = 2
	}
	return text + "/" + clock(sign*min(hours*3600+minutes*60+seconds, 167*3600)), true
}

// monthly takes Mm.n.d: the nth weekday d of month m.
func (r *reader) monthly() (text string, good bool) {
	r.rest = r.rest[1:]
	var n [3]int
	for i := range n {
		if i > 0 && !strings.HasPrefix(r.rest, ".") {
			return "", false
		}
		if i > 0 {
			r.rest = r.rest[1:]
		}
		n[i], good = r.number()
		if !good {
			return "", false
		}
	}
	good = n[0] >= 1 && n[0] <= 12 && n[1] >= 1 && n[1] <= 5 && n[2] <= 6
	return fmt.Sprintf("M%d.%d.%d", n[0], n[1], n[2]), good
}

// daily takes n, a day of the year from 0, or Jn, one from 1 that leaves out 29 February.
func (r *reader) daily() (text string, good bool) {
	rest := strings.TrimPrefix(r.rest, "J")
	julian := rest != r.rest
	r.rest = rest
	n, good := r.number()
	if julian {
		return fmt.Sprintf("J%d", n), good && n >= 1 && n <= 365
	}
	return fmt.Sprint(n), good && n <= 365
}

// clock spells a number of seconds as a rule has it.
func clock(seconds int) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	return fmt.Sprintf("%s%d:%02d:%02d", sign, seconds/3600, seconds/60%60, seconds%60)
}

// build returns a zone that follows a rule: a file of zones without any change, whose last line is the rule (RFC 9636).
func build(west int, rule string) *time.Location {
	var block []byte
	block = append(block, "TZif2"...)
	block = append(block, make([]byte, 15)...)
	for _, count := range []uint32{0, 0, 0, 0, 1, 4} { // one kind of local time, and four bytes of names
		block = binary.BigEndian.AppendUint32(block, count)
	}
	block = binary.BigEndian.AppendUint32(block, uint32(-int32(west)))
	block = append(block, 0, 0, 'S', 'T', 'D', 0)
	file := append(append(block[:len(block):len(block)], block...), "\n"+rule+"\n"...)
	location, err := time.LoadLocationFromTZData("Local", file)
	if err != nil {
		return time.UTC
	}
	return location
}

// Fixed returns a zone that is always that far east of Greenwich.
func Fixed(east time.Duration) *time.Location { return time.FixedZone("", int(east/time.Second)) }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
