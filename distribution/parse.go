package distribution

import (
	"strings"
	"unicode/utf8"
)

// Parse reads a duration or a law, as the package comment lists them; file(PATH) is refused. Durations are from 0 to
// [LongestDuration]. Names are in lower case; spaces are allowed around names, parameters and parentheses, but not
// around a duration alone. The first parameters of a law may be named too, as in uniform(min=5ms, max=20ms).
//
// An error is an [*Error].
func Parse(text string) (Distribution, error) { return ParseWith(text, nil) }

// ParseWith is Parse, and reads the file that file(PATH) names, which has a duration a line; empty lines, and
// everything after a #, are ignored. PATH is everything between the parentheses, without the spaces around it.
func ParseWith(text string, open Open) (Distribution, error) {
	start := strings.IndexByte(text, '(')
	if start < 0 {
		d, err := parseWork(text)
		if err != nil {
			return Distribution{}, &Error{Reason: err.Error(), Accepted: Accepted}
		}
		return Of(d), nil
	}
	p := &parser{text: text, open: open, accepted: accepted(open)}
	d := p.law(strings.TrimSpace(text[:start]), start+1)
	if p.err != nil {
		return Distribution{}, p.err
	}
	return d, nil
}

// accepted lists the laws.
func accepted(open Open) string {
	const laws = uniformForm + ", " + expForm + ", " + normalForm + ", " + lognormalForm + ", " + quantilesForm
	if open == nil {
		return laws + " or " + weightedForm
	}
	return laws + ", " + weightedForm + " or " + fileForm
}

// What each law accepts, for errors.
const (
	uniformForm   = "uniform(5ms, 20ms)"
	expForm       = "exp(50ms)"
	normalForm    = "normal(50ms, sd=10ms)"
	lognormalForm = "lognormal(p50=8ms, p99=60ms)"
	quantilesForm = "quantiles(min=1ms, p50=8ms, p90=20ms, p99=60ms, max=200ms)"
	weightedForm  = "weighted(150us: 10, 2ms: 5)"
	fileForm      = "file(times.txt)"
)

// parser reads one law. It keeps its first error.
type parser struct {
	text     string
	open     Open
	accepted string
	err      *Error
}

// fail notes an error at an offset in bytes.
func (p *parser) fail(offset int, reason string) {
	if p.err == nil {
		p.err = &Error{Offset: utf8.RuneCountInString(p.text[:offset]), Reason: reason, Accepted: p.accepted}
	}
}

// law reads the law of that name, whose parameters begin at an offset.
func (p *parser) law(name string, start int) Distribution {
	laws := map[string]struct {
		form string
		read func([]argument) Distribution
	}{
		"uniform": {uniformForm, p.uniform}, "exp": {expForm, p.exp}, "normal": {normalForm, p.normal},
		"lognormal": {lognormalForm, p.lognormal}, "quantiles": {quantilesForm, p.quantiles}, "weighted": {weightedForm, p.weighted},
	}
	law, known := laws[name]
	switch {
	case name == "file" && p.open == nil:
		p.fail(0, "names a file, which is not allowed here")
	case name == "file":
		p.accepted = fileForm + ", a file with a duration a line"
	case !known:
		p.fail(0, "names no distribution")
	default:
		p.accepted = law.form
	}
	end := p.end(start)
	switch {
	case p.err != nil:
		return Distribution{}
	case name == "file":
		return p.file(start, end)
	}
	return law.read(p.arguments(start, end))
}

// end returns where the parenthesis that began before start ends.
func (p *parser) end(start int) int {
	end := strings.LastIndexByte(p.text, ')')
	switch rest := end + 1; {
	case end < start:
		p.fail(len(p.text), "has no closing parenthesis")
	case strings.TrimSpace(p.text[rest:]) != "":
		p.fail(rest, "goes on after its closing parenthesis")
	}
	return end
}

// argument is a parameter as it was written.
type argument struct {
	name, value string // name is empty if it has none
	offset      int    // of the name, or else the value
	valueOffset int
}

// arguments splits the text between two offsets at its commas.
func (p *parser) arguments(start, end int) []argument {
	var all []argument
	for part := range strings.SplitSeq(p.text[start:end], ",") {
		a := argument{value: strings.Trim(part, spaces), offset: start + indent(part)}
		a.valueOffset = a.offset
		if name, value, named := strings.Cut(part, "="); named {
			a.name, a.value = strings.Trim(name, spaces), strings.Trim(value, spaces)
			a.valueOffset = start + len(name) + len("=") + indent(value)
			if a.name == "" {
				p.fail(a.offset, "has a parameter whose name is empty")
			}
		}
		all = append(all, a)
		start += len(part) + len(",")
	}
	return all
}

// indent is how many bytes of space a text begins with.
func indent(text string) int { return len(text) - len(strings.TrimLeft(text, spaces)) }

// spaces may surround names and parameters.
const spaces = " \t\r\n"
