package http1

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strings"
)

// framing reads the fields that determine where a request ends.
type framing struct {
	r      *LineRules
	head   *Head
	coded  bool // has a Transfer-Encoding
	closes bool

	chunked, hasLength bool
	length             uint64
}

// read is gunicorn's set_body_reader.
func (f *framing) read() *Refusal {
	var digits []byte
	for _, field := range f.head.Fields {
		switch {
		case equalFold(field.Name, "content-length"):
			if f.hasLength {
				return new(badField("CONTENT-LENGTH").known())
			}
			f.hasLength, digits = true, field.Value
		case equalFold(field.Name, "transfer-encoding"):
			f.coded = true
			if bad := f.coding(field.Value); bad != nil {
				return bad
			}
		}
	}
	switch {
	case f.r.Framed && f.coded && (!f.chunked || f.head.before11()):
		return new(badField("TRANSFER-ENCODING").known())
	case f.r.Framed && f.chunked && f.hasLength,
		!f.chunked && f.hasLength && !f.number(digits):
		return new(badField("CONTENT-LENGTH").known())
	}
	return nil
}

// coding reads a Transfer-Encoding.
func (f *framing) coding(value []byte) *Refusal {
	whole := value
	if !f.r.Framed {
		f.chunked = f.chunked || equalFold(value, "chunked")
		return nil
	}
	for more := true; more; {
		var coding []byte
		coding, value, more = bytes.Cut(value, []byte{','})
		coding = trimBlanks(coding)
		isChunked := equalFold(coding, "chunked")
		packed := equalFold(coding, "gzip") || equalFold(coding, "deflate") || equalFold(coding, "compress")
		switch {
		case !isChunked && !packed && !equalFold(coding, "identity"):
			return new(badCoding(latin1(whole)))
		case f.chunked:
			return new(badField("TRANSFER-ENCODING").known())
		}
		f.chunked = isChunked
		f.closes = f.closes || packed
	}
	return nil
}

// number reads a Content-Length.
func (f *framing) number(digits []byte) bool {
	negative, endless := false, false
	if !f.r.Framed {
		var ok bool
		if digits, negative, ok = pyDigits(pySpaces.trim(digits), isDigit); !ok {
			return false
		}
	}
	if len(digits) == 0 || len(digits) > mostPyDigits {
		return false
	}
	for _, c := range digits {
		if !isDigit(c) {
			return false
		}
		endless = endless || f.length > (math.MaxUint64-9)/10
		f.length = f.length*10 + uint64(c-'0')
	}
	if endless {
		f.length = math.MaxUint64 // more than can ever arrive
	}
	return !negative || f.length == 0
}

// mostPyDigits is how many decimal digits Python's int converts.
const mostPyDigits = 4300

// keepsAlive is the opposite of gunicorn's should_close.
func (f *framing) keepsAlive(p *Parser) bool {
	if f.closes || f.r.Visible && string(f.head.Method) == "CONNECT" {
		return false
	}
	for _, field := range f.head.Fields {
		if equalFold(field.Name, "connection") {
			value := pySpaces.trim(field.Value)
			if equalFold(value, "close") {
				return false
			}
			if equalFold(value, "keep-alive") {
				return true
			}
			break
		}
	}
	return !p.before11()
}

// chunkedLines reads a chunked body: gunicorn.http.body.ChunkedReader.
func (p *Parser) chunkedLines(r *LineRules, buf []byte, head *Head) (Event, int) {
	i := 0
	for {
		switch p.phase {
		case phaseChunkData:
			if i == len(buf) {
				return NeedData, i
			}
			return BodyData, i + p.chunkData(buf[i:])
		case phaseChunkEnd:
			if len(buf)-i < 2 {
				return NeedData, i
			}
			if end := buf[i : i+2]; !bytes.Equal(end, crlf) {
				return p.brokenChunk(r, head, "ChunkMissingTerminator", `Invalid chunk terminator is not '\r\n': `+pyBytes(end))
			}
			i += 2
			p.phase = phaseChunkSize
		case phaseEnd: // a negative size ends the body, and the rest of the read is lost
			return p.endLines(len(buf))
		case phaseTrailers:
			ev, n := p.trailerLines(r, buf[i:], head)
			return ev, i + n
		default:
			ev, n, done := p.sizeLine(r, buf[i:], head)
			if !done {
				return ev, i + n
			}
			i += n
		}
	}
}

// End is what follows NeedData if the client has ended its side: the rest of a chunked body is refused
// (gunicorn.http.body.ChunkedReader.parse_chunked and parse_trailers since 26), or nothing follows.
func (p *Parser) End(d *Dialect, buf []byte, head *Head) (Event, int) {
	if d.Lines == nil || !d.Lines.ChunkGrammar {
		return NeedData, 0
	}
	const noTerminator = `Invalid chunk terminator is not '\r\n': `
	switch p.phase {
	case phaseChunkEnd:
		return p.brokenChunk(d.Lines, head, "", noTerminator+pyBytes(buf))
	case phaseTrailers:
		return p.brokenChunk(d.Lines, head, "", noTerminator+pyBytes(nil))
	}
	return NeedData, 0
}

// Stuck reports whether the server asks again and again for what follows a chunk once its client has ended its side
// (gunicorn 20, ChunkedReader.parse_chunked).
func (p *Parser) Stuck(d *Dialect) bool {
	return d.Lines != nil && !d.Lines.ChunkGrammar && p.phase == phaseChunkEnd
}

// brokenChunk is the result for a chunk that cannot be read.
func (p *Parser) brokenChunk(r *LineRules, head *Head, class, message string) (Event, int) {
	if r.ChunkGrammar {
		return p.fail(head, refusal(400, badRequest, "%s", message))
	}
	head.Refusal = Refusal{Class: "gunicorn.http.errors." + class, Log: message}
	if what, found := strings.CutPrefix(message, "Invalid chunk size: "); found {
		head.Refusal.Cause = "ValueError: invalid literal for int() with base 16: " + what +
			"\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n"
	}
	p.phase = phaseCrash
	return Crash, 0
}

// sizeLine reads the line before a chunk: parse_chunk_size.
func (p *Parser) sizeLine(r *LineRules, buf []byte, head *Head) (ev Event, n int, done bool) {
	end := indexFrom(buf, crlf, max(0, p.scanned-1))
	p.scanned = 0
	if end < 0 {
		p.scanned = len(buf)
		if r.ChunkGrammar && len(buf) > r.MostField {
			ev, n = p.brokenChunk(r, head, "", "Invalid chunk size: "+pyBytes(fmt.Appendf(nil, "line over %d bytes with no terminator", r.MostField)))
			return ev, n, false
		}
		return NeedData, 0, false
	}
	size, extension, extended := bytes.Cut(buf[:end], []byte{';'})
	ok := p.chunkSize(r, size, extended)
	switch {
	case r.ChunkGrammar && bytes.IndexByte(extension, '\r') >= 0:
		ev, n = p.brokenChunk(r, head, "", "Invalid chunk extension: bare CR not allowed")
		return ev, n, false
	case !ok:
		if r.ChunkGrammar && extended {
			size = bytes.TrimRight(size, " \t")
		} else if !r.ChunkGrammar {
			size = byteSpaces.trim(size)
		}
		ev, n = p.brokenChunk(r, head, "InvalidChunkSize", "Invalid chunk size: "+pyBytes(size))
		return ev, n, false
	case r.ChunkGrammar && extended && !chunkExtensions.Match(append([]byte{';'}, extension...)):
		ev, n = p.brokenChunk(r, head, "", "Invalid chunk extension: invalid chunk extension")
		return ev, n, false
	}
	return NeedData, end + 2, true
}

// chunkSize reads a size and chooses the next phase.
func (p *Parser) chunkSize(r *LineRules, size []byte, extended bool) bool {
	digits, negative, ok := size, false, true
	if r.ChunkGrammar {
		if extended {
			digits = bytes.TrimRight(size, " \t")
		}
	} else {
		digits, negative, ok = pyHex(byteSpaces.trim(size))
	}
	p.length = 0
	for _, c := range digits {
		ok = ok && hexValue(c) >= 0
		if ok && !p.addDigit(16, uint64(hexValue(c))) {
			p.length = math.MaxUint64 // more than can ever arrive
		}
	}
	switch {
	case !ok || len(digits) == 0:
		return false
	case p.length == 0:
		p.phase = phaseTrailers
	case negative:
		p.phase = phaseEnd
	default:
		p.phase = phaseChunkData
	}
	return true
}

// pyHex is pyDigits for int(…, 16).
func pyHex(b []byte) (digits []byte, negative, ok bool) {
	sign := 0
	if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		negative, sign = b[0] == '-', 1
	}
	if rest := b[sign:]; len(rest) > 2 && rest[0] == '0' && lower(rest[1]) == 'x' {
		b = rest[2:]
		if b[0] == '_' { // may follow the prefix
			b = b[1:]
		}
	} else {
		b = rest
	}
	if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		return nil, false, false
	}
	digits, _, ok = pyDigits(b, func(c byte) bool { return hexValue(c) >= 0 })
	return digits, negative, ok
}

// chunkExtensions is the grammar of RFC 9112, section 7.1.1.
var chunkExtensions = func() *regexp.Regexp {
	const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
	const quoted = `"(?:[\t !#-\[\]-~]|[^\x00-\x7f]|\\(?:[\t -~]|[^\x00-\x7f]))*"`
	return regexp.MustCompile(`^(?:[ \t]*;[ \t]*` + token + `(?:[ \t]*=[ \t]*(?:` + token + `|` + quoted + `))?)*$`)
}()

// trailerLines reads a trailer section: parse_trailers.
func (p *Parser) trailerLines(r *LineRules, buf []byte, head *Head) (Event, int) {
	if bytes.HasPrefix(buf, crlf) {
		return p.endLines(2)
	}
	scanned := p.scanned
	end := indexFrom(buf, []byte("\r\n\r\n"), max(0, scanned-3))
	switch {
	case end >= 0:
	case r.ChunkGrammar && len(buf) > r.maxHead():
		return p.fail(head, r.tooLong("limit request trailer section size"))
	case r.BareLF && hasBareLF(buf, scanned):
		return p.fail(head, badField("bare LF as line terminator"))
	default:
		p.scanned = len(buf)
		return NeedData, 0
	}
	if bad := r.readFields(buf[:end], head, true); bad != nil {
		return p.fail(head, *bad)
	}
	return p.endLines(end + 4)
}

// endLines ends a message and consumes n bytes.
func (p *Parser) endLines(n int) (Event, int) {
	*p = Parser{}
	return MessageDone, n
}
