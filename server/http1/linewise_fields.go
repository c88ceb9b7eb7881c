package http1

import "bytes"

// lineReader reads the lines of fields: gunicorn's parse_headers.
type lineReader struct {
	r       *LineRules
	head    *Head
	trailer bool
	rest    []byte // lines not yet read
	ended   bool   // no lines are left

	scheme bool // a field has named the scheme
	host   bool
	typ    bool
	count  int
}

// readFields reads all fields of a head, or of a trailer section, which it does not keep.
func (r *LineRules) readFields(data []byte, head *Head, trailer bool) *Refusal {
	l := lineReader{r: r, head: head, trailer: trailer, rest: data}
	for !l.ended {
		if l.count >= r.MostFields {
			return new(r.tooLong("limit request headers fields"))
		}
		if bad := l.field(); bad != nil {
			return bad
		}
	}
	return nil
}

// next returns the next line.
func (l *lineReader) next() []byte {
	line, rest, more := bytes.Cut(l.rest, crlf)
	l.rest, l.ended = rest, !more
	return line
}

// field reads one field with its continuation lines.
func (l *lineReader) field() *Refusal {
	line := l.next()
	colon := bytes.IndexByte(line, ':')
	if colon < 0 || colon == 0 && l.r.Tokens {
		shown := line
		if !l.r.Tokens {
			shown = pySpaces.trim(line)
		}
		return new(badField(latin1(shown)))
	}
	name, bad := l.name(line[:colon])
	if bad != nil {
		return bad
	}
	value, size, bad := l.value(name, line, line[colon+1:])
	if bad != nil {
		return bad
	}
	if size > l.r.MostField {
		return new(l.r.tooLong("limit request headers fields size"))
	}
	kept, bad := l.apply(name, value)
	if bad == nil && kept {
		l.count++
		if !l.trailer {
			l.head.Fields = append(l.head.Fields, Field{Name: name, Value: value})
		}
	}
	return bad
}

// looseNameChars are the characters that gunicorn 20's HEADER_RE accepts in a name.
var looseNameChars = func() CharSet {
	set := charSet("", "\x21\x7e", "\x80\xff")
	for _, c := range "()<>@,;:[]={}\\\"" {
		set[c] = false
	}
	return set
}()

// notInTrailers are the fields that gunicorn 27 refuses in trailers.
var notInTrailers = []string{"host", "content-length", "transfer-encoding", "trailer", "authorization", "te"}

func (l *lineReader) name(name []byte) ([]byte, *Refusal) {
	if !l.r.Tokens {
		if !looseNameChars.allowed(name) {
			return nil, new(badName(pyUpper(latin1(name))))
		}
		return pySpaces.trim(name), nil
	}
	if len(name) == 0 || !tokenChars.allowed(name) {
		return nil, new(badName(latin1(name)))
	}
	for _, word := range notInTrailers {
		if l.trailer && equalFold(name, word) {
			return nil, new(badName(pyUpper(latin1(name))))
		}
	}
	return name, nil
}

// value reads a field's value; size is the length of all its lines.
func (l *lineReader) value(name, line, value []byte) (_ []byte, size int, bad *Refusal) {
	size = len(line) + 2
	folded := false
	for !l.ended && len(l.rest) > 0 && isBlank(l.rest[0]) {
		if l.r.Tokens {
			return nil, 0, new(badFold(pyUpper(latin1(name))))
		}
		next := l.next()
		if size += len(next) + 2; size > l.r.MostField {
			return nil, 0, new(l.r.tooLong("limit request headers fields size"))
		}
		value, folded = l.join(value, next, folded), true
	}
	if !l.r.Tokens {
		if !folded {
			value = pySpaces.trimLeft(value)
		}
		return pySpaces.trimRight(value), size, nil
	}
	value = trimBlanks(value)
	if !valueChars.allowed(value) {
		return nil, 0, new(badField(pyUpper(latin1(name))))
	}
	return value, size, nil
}

// join appends a continuation line to a value. Line ends are kept.
func (l *lineReader) join(value, next []byte, folded bool) []byte {
	h := l.head
	if !folded {
		from := len(h.scratch)
		h.scratch = append(append(h.scratch, value...), crlf...)
		value = pySpaces.trimLeft(h.scratch[from:])
	}
	from := len(h.scratch) - len(value)
	h.scratch = append(append(h.scratch, next...), crlf...)
	return h.scratch[from:]
}

// secureSchemes are gunicorn's secure_scheme_headers.
var secureSchemes = []Line{{"x-forwarded-protocol", "ssl"}, {"x-forwarded-proto", "https"}, {"x-forwarded-ssl", "on"}}

// apply applies a field to the request, and reports whether it is kept.
func (l *lineReader) apply(name, value []byte) (kept bool, bad *Refusal) {
	if l.r.Policy {
		if bad := l.policy(name, value); bad != nil {
			return false, bad
		}
	} else if !l.trailer && equalFold(name, "expect") && equalFold(value, "100-continue") {
		l.head.Expect100 = true
		l.head.Continues++
	}
	if bad := l.schemeOf(name, value); bad != nil {
		return false, bad
	}
	dropped := l.r.Policy && bytes.IndexByte(name, '_') >= 0 && (l.trailer || !l.head.Trusted || !forwards(name))
	return !dropped, nil
}

// forwards reports whether gunicorn's forwarder_headers let a proxy set a field.
func forwards(name []byte) bool {
	return equalFold(name, "script_name") || equalFold(name, "path_info")
}

// policy is the part of gunicorn's _apply_header_policy that may refuse.
func (l *lineReader) policy(name, value []byte) *Refusal {
	if equalFold(name, "host") && once(&l.host) || equalFold(name, "content-type") && once(&l.typ) {
		return new(badField(pyUpper(latin1(name))).known())
	}
	if l.trailer || !equalFold(name, "expect") {
		return nil
	}
	if !equalFold(value, "100-continue") {
		return new(badExpectation(latin1(value)))
	}
	if !l.head.before11() {
		l.head.Expect100, l.head.Continues = true, 1
	}
	return nil
}

// once reports whether it was called with seen before.
func once(seen *bool) (again bool) {
	again, *seen = *seen, true
	return again
}

// before11 reports whether the version is before 1.1.
func (h *Head) before11() bool { return h.Version == "1.0" || h.Version[0] == '0' }

// schemeOf reads a scheme from a proxy, which must not contradict another one.
func (l *lineReader) schemeOf(name, value []byte) *Refusal {
	if !l.head.Trusted || l.trailer && l.r.Policy {
		return nil
	}
	secure := ""
	for _, s := range secureSchemes {
		if equalFold(name, s.Name) {
			secure = s.Value
		}
	}
	if secure == "" {
		return nil
	}
	scheme := "http"
	if string(value) == secure {
		scheme = "https"
	}
	if l.scheme && scheme != l.head.Scheme {
		return new(badSchemes())
	}
	l.scheme, l.head.Scheme = true, scheme
	return nil
}
