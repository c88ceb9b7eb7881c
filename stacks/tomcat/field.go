package tomcat

import "bytes"

// field is a header field: where its name and its value are.
type field struct{ name, value span }

// fieldInput is how far reading a field has come.
type fieldInput struct {
	place   place
	line    int // where the line starts
	start   int // where the name or the value starts
	real    int // where the next byte goes
	until   int // the end of what has come, trailing blanks excluded
	skipped site
}

// place is a part of a field.
type place uint8

const (
	fieldStart place = iota
	fieldName
	beforeValue
	fieldValue
	afterValue
	skippedLine
)

// head reads the fields up to the empty line (Http11InputBuffer.parseHeaders).
func (in *input) head() outcome {
	for {
		o := in.readField()
		if o == starved || o == faulty {
			return o
		}
		if in.pos > maxHeader {
			return in.fail(in.version.fault(wholeHead, illegalArgument, "Request header is too large"))
		}
		if o == whole {
			return whole
		}
	}
}

// readField reads one field, or the end of all of them.
func (in *input) readField() outcome {
	for {
		var o outcome
		switch in.field.place {
		case fieldStart:
			o = in.startField()
		case fieldName:
			o = in.readName()
		case beforeValue:
			o = in.skipToValue()
		case fieldValue:
			o = in.readValue()
		case afterValue:
			done, o := in.endValue()
			if done || o != onward {
				return o
			}
			continue
		default:
			o = in.skipLine()
		}
		if o != onward {
			return o
		}
	}
}

func (in *input) startField() outcome {
	for in.more() {
		c := in.get()
		switch {
		case c == '\r' && in.prev != '\r':
		case c == '\n':
			return whole
		default:
			in.pos--
			if in.prev == '\r' {
				in.pos--
			}
			in.field = fieldInput{place: fieldName, line: in.pos, start: in.pos}
			return onward
		}
	}
	return in.missing(fillFieldStart)
}

func (in *input) readName() outcome {
	f := &in.field
	for in.more() {
		at := in.pos
		in.chr = in.buf[in.pos]
		in.pos++
		switch c := in.chr; {
		case c == ':':
			if at == f.start && !in.version.EmptyNames {
				return in.skip(skippedEmpty)
			}
			if len(in.fields) == maxFields {
				return in.fail(in.version.fault(tooManyFields, illegalState,
					"More than the maximum allowed number of headers, [100], were detected."))
			}
			in.fields = append(in.fields, field{name: span{f.start, at}})
			f.place, f.start, f.real, f.until = beforeValue, in.pos, in.pos, in.pos
			return onward
		case !tokenChars[c]:
			f.until = at
			in.pos--
			return in.skip(skippedName)
		case in.version.LowersNames && c >= 'A' && c <= 'Z':
			in.buf[at] = c + 'a' - 'A'
		}
	}
	return in.missing(fillName)
}

func (in *input) skipToValue() outcome {
	for in.more() {
		in.chr = in.buf[in.pos]
		if in.chr != ' ' && in.chr != '\t' {
			in.chr, in.field.place = 0, fieldValue
			return onward
		}
		in.pos++
	}
	return in.missing(fillBeforeValue)
}

// readValue reads to the end of the line. The bytes that it keeps close the gaps that others leave.
func (in *input) readValue() outcome {
	f := &in.field
	for in.more() {
		c := in.get()
		switch {
		case c == '\r' && in.prev != '\r':
		case c == '\n':
			f.real, f.place = f.until, afterValue
			return onward
		case in.prev == '\r':
			return in.skip(skippedCR)
		case c != '\t' && (c < ' ' || c == 0x7f):
			return in.skip(skippedControl)
		default:
			in.buf[f.real] = c
			f.real++
			if c != ' ' && c != '\t' {
				f.until = f.real
			}
		}
	}
	return in.missing(fillValue)
}

// endValue looks whether the next line continues the value.
func (in *input) endValue() (done bool, o outcome) {
	f := &in.field
	if !in.more() {
		return false, in.missing(fillAfterValue)
	}
	if c := in.buf[in.pos]; c == ' ' || c == '\t' {
		in.buf[f.real] = c
		f.real++
		f.place = beforeValue
		return false, onward
	}
	in.fields[len(in.fields)-1].value = span{f.start, f.until}
	in.field = fieldInput{}
	return true, onward
}

// skip looks for the end of a malformed line.
func (in *input) skip(why site) outcome {
	in.field.place, in.field.skipped = skippedLine, why
	return onward
}

func (in *input) skipLine() outcome {
	f := &in.field
	for in.more() {
		at := in.pos
		switch c := in.get(); c {
		case '\r':
		case '\n':
			text := printable(in.buf[f.line:max(f.line, f.until+1)])
			report := in.version.HeaderLine[0] + text + in.version.HeaderLine[1]
			return in.fail(in.version.fault(f.skipped, illegalArgument, report))
		default:
			f.until = at
		}
	}
	return in.missing(f.skipped - skippedName + fillSkippedName)
}

// value returns the first value of the field with that name, and how many there are.
func (in *input) value(name string) (value []byte, count int) {
	for _, f := range in.fields {
		if f.value.to == 0 || !bytes.EqualFold(in.of(f.name), []byte(name)) {
			continue
		}
		count++
		if count == 1 {
			value = in.of(f.value)
		}
	}
	return value, count
}

// tokens returns the tokens of all fields with that name, in lower case (TokenList.parseTokenList). good is false if
// a field has none, or if an item is not a token.
func (in *input) tokens(name string) (tokens []string, good bool) {
	good = true
	for _, f := range in.fields {
		if !bytes.EqualFold(in.of(f.name), []byte(name)) {
			continue
		}
		had := len(tokens)
		for item := range bytes.SplitSeq(in.of(f.value), []byte{','}) {
			item = bytes.Trim(item, " \t")
			switch {
			case len(item) == 0:
			case charSetHolds(&tokenChars, item):
				tokens = append(tokens, string(bytes.ToLower(item)))
			default:
				good = false
			}
		}
		good = good && len(tokens) > had
	}
	return tokens, good && len(tokens) > 0
}

func charSetHolds(set *charSet, b []byte) bool {
	for _, c := range b {
		if !set[c] {
			return false
		}
	}
	return true
}
