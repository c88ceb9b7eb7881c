package http1

import (
	"bytes"
	"math"
)

// completeHead reads a head once it is complete: h11's
// maybe_read_from_IDLE_client.
func (p *Parser) completeHead(d *Dialect, buf []byte, head *Head) (Event, int) {
	if len(buf) == 0 {
		return NeedData, 0
	}
	if buf[0] < d.FirstByte {
		return p.bad()
	}
	end := p.blankLine(buf)
	if end < 0 {
		return p.starve(d, buf, 0)
	}
	line, rest := cutLine(buf[:end])
	if !p.requestLine(d, line, head) {
		return p.bad()
	}
	r := fieldReader{d: d, fields: head.Fields[:0], scratch: head.scratch[:0]}
	ok := r.readAll(rest)
	head.Fields, head.scratch = r.fields, r.scratch
	p.hint = r.hint
	if !ok || d.HostOnce && !p.hostOnce(r.hosts) {
		return p.bad()
	}
	p.flags |= r.flags
	if !p.useLength(d, r.length) {
		p.phase = phaseCrash
		return Crash, 0
	}
	return p.deliver(d, head, end)
}

// hostOnce is the check of Host in h11's Request.
func (p *Parser) hostOnce(hosts int) bool {
	return hosts == 1 || hosts == 0 && (p.major != 1 || p.minor != 1)
}

// useLength is h11's int(content_length), which is called if there is no
// Transfer-Encoding. It reports whether Python can convert the length.
func (p *Parser) useLength(d *Dialect, digits []byte) bool {
	if p.flags&flagChunked != 0 {
		return true
	}
	if d.LengthCrash > 0 && len(digits) >= d.LengthCrash {
		return false
	}
	for _, c := range digits {
		if !p.addDigit(10, uint64(c-'0')) {
			p.length = math.MaxUint64 // more than can ever arrive
			break
		}
	}
	return true
}

// blankLine is the length of buf up to and including its first empty line, or -1.
// It does not search again what it has searched before.
func (p *Parser) blankLine(buf []byte) int {
	from := p.scanned
	for {
		i := bytes.IndexByte(buf[from:], '\n')
		if i < 0 {
			break
		}
		from += i + 1
		switch rest := buf[from:]; {
		case len(rest) > 0 && rest[0] == '\n':
			return from + 1
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return from + 2
		}
	}
	p.scanned = max(0, len(buf)-2)
	return -1
}

// cutLine cuts off the first line, without its end.
func cutLine(lines []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(lines, []byte{'\n'})
	if len(line) > 0 && line[len(line)-1] == '\r' {
		line = line[:len(line)-1]
	}
	return line, rest
}

// requestLine is h11's request_line.
func (p *Parser) requestLine(d *Dialect, line []byte, head *Head) bool {
	const version = " HTTP/1.1"
	sp := bytes.IndexByte(line, ' ')
	at := len(line) - len(version)
	if sp <= 0 || at <= sp+1 {
		return false
	}
	head.Method, head.Target = line[:sp], line[sp+1:at]
	v := line[at:]
	if string(v[:6]) != version[:6] || v[7] != '.' || !isDigit(v[6]) || !isDigit(v[8]) {
		return false
	}
	p.major, p.minor = v[6]-'0', v[8]-'0'
	if string(head.Method) == "CONNECT" {
		p.flags |= flagConnect
	}
	return tokenChars.allowed(head.Method) && d.TargetChars.allowed(head.Target)
}

// completeTrailers reads a trailer section once it is complete, as h11's
// ChunkedReader does.
func (p *Parser) completeTrailers(d *Dialect, buf []byte) (Event, int) {
	n := 0
	switch {
	case len(buf) > 0 && buf[0] == '\n':
		n = 1
	case len(buf) > 1 && buf[0] == '\r' && buf[1] == '\n':
		n = 2
	default:
		if n = p.blankLine(buf); n < 0 {
			return p.starve(d, buf, 0)
		}
		r := fieldReader{d: d}
		if !r.readAll(buf[:n]) {
			p.hint = r.hint
			return p.bad()
		}
	}
	return p.endMessage(d), n
}
