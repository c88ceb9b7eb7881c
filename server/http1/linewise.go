package http1

import (
	"bytes"
	"fmt"
	"math"
)

// LineRules are the rules of a parser that reads a head by lines: the request line as
// soon as it is complete, and the fields when the head is. It gives a reason for every
// Refusal. If a Dialect has LineRules, the rest of its table does not matter.
type LineRules struct {
	// MostLine, MostFields and MostField are limit_request_line,
	// limit_request_fields and limit_request_field_size.
	MostLine, MostFields, MostField int
	// LineTooLong and FieldsTooLong have the status and reason for a request line, or
	// fields, that are too long.
	LineTooLong, FieldsTooLong Refusal

	// EmptyLine: an empty line before the request line is accepted.
	EmptyLine bool
	// BareLF: a line feed without CR is refused, when more bytes would be needed.
	BareLF bool
	// Visible: the words of the request line are visible ASCII, separated by one space
	// each; a method is a token of 3 to 20 characters without lower case, a target has
	// one of the four forms, and a version is 1.x. Otherwise any white space separates
	// them, a method begins with three characters of a method and is converted to upper
	// case, and a version begins with numbers.
	Visible bool
	// Tokens: names are tokens, and values have no control characters and are not
	// continued. Otherwise only a few characters are refused in names, and a continued
	// value keeps its line ends.
	Tokens bool
	// Policy: Host and Content-Type may occur only once, Expect only with 100-continue,
	// and names with an underscore are dropped, except those that a trusted peer may
	// set.
	Policy bool
	// Framed: Transfer-Encoding must end in chunked, and is refused together with
	// Content-Length and in HTTP/1.0; a Content-Length is digits. Otherwise any
	// Transfer-Encoding of chunked counts, and a length is anything that Python's int
	// accepts.
	Framed bool
	// ChunkGrammar: a chunk's size is digits, its extension follows the grammar, and its
	// line and the trailers are bounded. Otherwise its size is anything that Python's
	// int accepts, and errors in it are exceptions without an error page.
	ChunkGrammar bool
}

// maxHead is how long the fields of an incomplete head may be: max_buffer_headers.
func (r *LineRules) maxHead() int { return r.MostFields*(r.MostField+2) + 4 }

// fail refuses with a reason.
func (p *Parser) fail(head *Head, r Refusal) (Event, int) {
	head.Refusal = r
	return p.bad()
}

// lines reads a head by lines: gunicorn.http.message.Request.parse. It does not search
// again what it has searched, except the request line of a head that arrives in
// pieces.
func (p *Parser) lines(r *LineRules, buf []byte, head *Head) (Event, int) {
	if len(buf) == 0 || r.EmptyLine && string(buf) == "\r" {
		return NeedData, 0
	}
	start := 0
	if r.EmptyLine && bytes.HasPrefix(buf, crlf) {
		start = len(crlf)
	}
	waited := p.state == stateFieldStart
	if !waited {
		end := indexFrom(buf, crlf, max(start, p.scanned-1))
		if bad := r.lineLength(buf[start:], max(end-start, -1), p.scanned-start); bad != nil {
			return p.fail(head, *bad)
		}
		if end < 0 {
			p.scanned = len(buf)
			return NeedData, 0
		}
		p.mark, p.scanned = end+len(crlf), end
		if bad := p.readLine(r, buf[start:end], head); bad != nil {
			return p.fail(head, *bad)
		}
	}
	end, bad := p.fieldLines(r, buf, waited)
	switch {
	case bad != nil:
		return p.fail(head, *bad)
	case end < 0:
		p.state, p.scanned = stateFieldStart, len(buf)
		return NeedData, 0
	case waited:
		p.readLine(r, buf[start:p.mark-len(crlf)], head) // it was valid
	}
	return p.endHead(r, buf, end, head)
}

// indexFrom is bytes.Index from an offset on.
func indexFrom(buf, what []byte, from int) int {
	i := bytes.Index(buf[from:], what)
	if i < 0 {
		return i
	}
	return from + i
}

var crlf = []byte("\r\n")

// lineLength refuses a request line that is, or may become, too long. The line ends
// at end, or has no end yet if that is -1; bytes before scanned have been checked.
func (r *LineRules) lineLength(data []byte, end, scanned int) *Refusal {
	line := data
	if end >= 0 {
		line = data[:end]
	}
	bad := r.LineTooLong
	switch {
	case r.BareLF && bytes.IndexByte(line[min(max(0, scanned), len(line)):], '\n') >= 0:
		bad = badLine("bare LF as line terminator")
	case end > r.MostLine, end < 0 && len(data)-2 > r.MostLine:
		bad.Log = fmt.Sprintf("Request Line is too large (%d > %d)", len(line), r.MostLine)
		bad.Page = bad.Log
	default:
		return nil
	}
	return new(bad)
}

// fieldLines finds the end of the head, where the body begins, or -1. The fields
// begin at p.mark.
func (p *Parser) fieldLines(r *LineRules, buf []byte, waited bool) (end int, bad *Refusal) {
	data := buf[p.mark:]
	if waited && len(data) > r.maxHead() {
		return -1, new(r.tooLong("max buffer headers"))
	}
	if bytes.HasPrefix(data, crlf) {
		return p.mark + len(crlf), nil
	}
	if end = indexFrom(buf, []byte("\r\n\r\n"), max(p.mark, p.scanned-3)); end >= 0 {
		return end + 4, nil
	}
	if r.BareLF && hasBareLF(buf, max(p.mark, p.scanned)) {
		return -1, new(badField("bare LF as line terminator"))
	}
	return -1, nil
}

// endHead reads the fields of a complete head.
func (p *Parser) endHead(r *LineRules, buf []byte, end int, head *Head) (Event, int) {
	head.Fields, head.scratch = head.Fields[:0], head.scratch[:0]
	if from, to := p.mark, end-4; to >= from {
		if bad := r.readFields(buf[from:to], head, false); bad != nil {
			return p.fail(head, *bad)
		}
	}
	if bad := p.frame(r, head); bad != nil {
		return p.fail(head, *bad)
	}
	return HeadDone, end
}

func (r *LineRules) tooLong(what string) Refusal {
	bad := r.FieldsTooLong
	bad.Log = what
	bad.Page = "Error parsing headers: '" + what + "'"
	return bad
}

// hasBareLF reports whether there is a line feed without a CR, from an offset on.
func hasBareLF(data []byte, from int) bool {
	for {
		i := indexFrom(data, []byte{'\n'}, from)
		if i < 0 {
			return false
		}
		if i == 0 || data[i-1] != '\r' {
			return true
		}
		from = i + 1
	}
}

// frame decides how the body is read and whether the connection is kept: gunicorn's
// set_body_reader and should_close.
func (p *Parser) frame(r *LineRules, head *Head) *Refusal {
	f := framing{r: r, head: head}
	if bad := f.read(); bad != nil {
		return bad
	}
	p.state, p.length, p.scanned, p.mark = stateStart, 0, 0, 0
	head.Chunked, head.ContentLength = f.chunked, -1
	switch {
	case f.chunked:
		p.phase, p.state, p.flags = phaseChunkSize, chunkStart, p.flags|flagChunked
	case f.hasLength && f.length > 0:
		p.phase, p.length = phaseFixed, f.length
	default:
		p.phase = phaseEnd
	}
	if f.hasLength && !f.chunked {
		head.ContentLength = int64(min(f.length, math.MaxInt64))
	}
	head.KeepAlive = f.keepsAlive(p)
	if !head.KeepAlive {
		p.flags |= flagClose
		p.phase = phaseClosed // the rest is not read
	}
	return nil
}
