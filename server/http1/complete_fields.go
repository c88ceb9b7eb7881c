package http1

import "bytes"

// fieldReader reads complete fields as h11's _decode_header_lines and
// normalize_and_validate do.
type fieldReader struct {
	d       *Dialect
	fields  []Field
	scratch []byte

	name, value []byte // the current field, which may be continued
	folded      bool   // value is at the end of scratch
	length      []byte // the Content-Length seen
	hosts       int
	flags       flags
	hint        hint
	refused     bool // a field says what h11 refuses
}

// readAll reads lines up to an empty one, and reports whether h11 takes the fields. It looks at what they say only when
// it has found every line well formed.
func (r *fieldReader) readAll(lines []byte) bool {
	if !r.wellFormed(lines) {
		r.hint = hintNone
		return false
	}
	return !r.refused
}

// wellFormed reads the lines, and reports whether each is well formed (_decode_header_lines).
func (r *fieldReader) wellFormed(lines []byte) bool {
	for {
		var line []byte
		line, lines = cutLine(lines)
		switch {
		case len(line) == 0:
			return r.finish()
		case isBlank(line[0]):
			if r.name == nil || !r.fold(line) {
				return false
			}
		case !r.finish() || !r.begin(line):
			return false
		}
	}
}

// begin splits a field's first line.
func (r *fieldReader) begin(line []byte) bool {
	colon := tokenChars.span(line)
	if colon == 0 || colon == len(line) || line[colon] != ':' {
		return false
	}
	r.name, r.value, r.folded = line[:colon], line[colon+1:], false
	return true
}

// fold appends a continuation line to the value: h11's _obsolete_line_fold.
func (r *fieldReader) fold(line []byte) bool {
	if r.d.Fold != FoldJoined {
		return false
	}
	for len(line) > 0 && isBlank(line[0]) {
		line = line[1:]
	}
	if !r.folded {
		r.folded = true
		from := len(r.scratch)
		r.scratch = append(r.scratch, r.value...)
		r.value = r.scratch[from:]
	}
	from := len(r.scratch) - len(r.value)
	r.scratch = append(append(r.scratch, ' '), line...)
	r.value = r.scratch[from:]
	return true
}

// finish checks the current field, if any, and adds it. It reports whether the field is well formed.
func (r *fieldReader) finish() bool {
	if r.name == nil {
		return true
	}
	r.value = trimBlanks(r.value)
	if !h11ValueChars.allowed(r.value) {
		return false
	}
	r.refused = r.refused || !r.use()
	return true
}

// use adds the current field, and reports whether h11 takes it (normalize_and_validate).
func (r *fieldReader) use() bool {
	switch len(r.name) {
	case len("host"):
		if equalFold(r.name, "host") {
			r.hosts++
		}
	case len("upgrade"):
		if equalFold(r.name, "upgrade") && len(bytes.Trim(r.value, ", \t")) > 0 {
			r.flags |= flagUpgrade
		}
	case len("connection"):
		if equalFold(r.name, "connection") && listHas(r.value, "close") {
			r.flags |= flagClose
		}
	case len("content-length"):
		if equalFold(r.name, "content-length") {
			return r.contentLength()
		}
	case len("transfer-encoding"):
		if equalFold(r.name, "transfer-encoding") {
			return r.transferEncoding()
		}
	}
	r.add()
	return true
}

func (r *fieldReader) add() {
	r.fields = append(r.fields, Field{Name: r.name, Value: r.value})
}

// transferEncoding accepts only chunked, once, and passes it on in lower case.
func (r *fieldReader) transferEncoding() bool {
	if r.flags&flagChunked != 0 || !equalFold(r.value, "chunked") {
		r.hint = hintEncoding
		return false
	}
	r.flags |= flagChunked
	from := len(r.scratch)
	r.scratch = append(r.scratch, "chunked"...)
	r.value = r.scratch[from:]
	r.add()
	return true
}

// contentLength accepts one number, which may be repeated, and passes it on once.
func (r *fieldReader) contentLength() bool {
	first, list, more := bytes.Cut(r.value, []byte{','})
	first = trimBlanks(first)
	for more {
		var item []byte
		item, list, more = bytes.Cut(list, []byte{','})
		if !r.d.LengthRepeats || !bytes.Equal(first, trimBlanks(item)) {
			return false
		}
	}
	if !r.d.isLength(first) {
		return false
	}
	if r.flags&flagLength != 0 {
		return r.d.LengthRepeats && bytes.Equal(first, r.length)
	}
	r.flags |= flagLength
	r.length, r.value = first, first
	r.add()
	return true
}

func (d *Dialect) isLength(digits []byte) bool {
	for _, c := range digits {
		if !isDigit(c) {
			return false
		}
	}
	return len(digits) > 0 && (d.LengthDigits == 0 || len(digits) <= d.LengthDigits)
}
