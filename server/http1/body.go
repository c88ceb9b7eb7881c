package http1

import (
	"bytes"
	"math"
)

// States of a chunk's header in a byte-by-byte dialect.
const (
	chunkStart state = iota
	chunkSize
	chunkText
	chunkExtension
	chunkExtensionName
	chunkExtensionValue
	chunkQuoted
	chunkQuotedPair
	chunkQuotedEnd
	chunkLF
)

// fixed reads a body of known length.
func (p *Parser) fixed(buf []byte) (Event, int) {
	if len(buf) == 0 {
		return NeedData, 0
	}
	n := p.takeBody(buf)
	if p.length == 0 {
		p.phase = phaseEnd
	}
	return BodyData, n
}

// takeBody consumes the part of the body or chunk that is in buf.
func (p *Parser) takeBody(buf []byte) int {
	n := int(min(uint64(len(buf)), p.length))
	p.length -= uint64(n)
	p.bodyLen = n
	return n
}

// chunked reads a chunked body up to its last chunk's header.
func (p *Parser) chunked(d *Dialect, buf []byte, head *Head) (Event, int) {
	i := 0
	for i < len(buf) && p.phase != phaseTrailers {
		if p.phase == phaseChunkData {
			return BodyData, i + p.chunkData(buf[i:])
		}
		n, v := p.chunkFraming(d, buf[i:])
		switch v {
		case refused:
			return p.bad()
		case overlong:
			p.phase = phaseBad
			return ExtensionTooLarge, 0
		case starved:
			return p.starve(d, buf[i:], i)
		}
		i += n
	}
	if p.phase == phaseTrailers {
		ev, n := p.trailers(d, buf[i:], head)
		return ev, i + n
	}
	return NeedData, i
}

// starve asks for more bytes, unless too many are incomplete already.
func (p *Parser) starve(d *Dialect, rest []byte, consumed int) (Event, int) {
	if d.tooLong(rest) {
		p.hint = hintTooLong
		return p.bad()
	}
	return NeedData, consumed
}

// chunkData consumes the part of a chunk's data that is in buf.
func (p *Parser) chunkData(buf []byte) int {
	n := p.takeBody(buf)
	if p.length == 0 {
		p.phase, p.matched = phaseChunkEnd, 0
	}
	return n
}

// chunkFraming reads one byte after a chunk's data, or of its header; or the
// whole header, in a dialect that waits until it is complete.
func (p *Parser) chunkFraming(d *Dialect, buf []byte) (int, verdict) {
	switch {
	case p.phase == phaseChunkEnd:
		return 1, p.chunkEnd(d, buf[0])
	case d.ByteByByte:
		return 1, p.stepChunk(d, buf[0])
	}
	return p.chunkLine(d, buf)
}

// chunkEnd reads the two bytes after a chunk's data.
func (p *Parser) chunkEnd(d *Dialect, c byte) verdict {
	if d.ChunkEnd == ChunkEndCRLF && c != "\r\n"[p.matched] {
		return refused
	}
	if p.matched++; p.matched == 2 {
		p.phase, p.state = phaseChunkSize, chunkStart
	}
	return onward
}

// chunkLine reads a chunk's header once it is complete.
func (p *Parser) chunkLine(d *Dialect, buf []byte) (int, verdict) {
	from := max(0, p.scanned-1)
	end := bytes.Index(buf[from:], []byte("\r\n"))
	if end < 0 {
		p.scanned = len(buf)
		return 0, starved
	}
	end += from
	p.scanned = 0
	if !p.readChunkLine(d, buf[:end]) {
		return 0, refused
	}
	p.startChunk()
	return end + 2, onward
}

// readChunkLine is h11's chunk_header.
func (p *Parser) readChunkLine(d *Dialect, line []byte) bool {
	p.length = 0
	digits := 0
	for digits < len(line) && hexValue(line[digits]) >= 0 {
		if !p.addDigit(16, uint64(hexValue(line[digits]))) {
			p.length = math.MaxUint64 // more than can ever arrive
		}
		digits++
	}
	rest := line[digits:]
	if digits == 0 || digits > d.ChunkDigits {
		return false
	}
	if len(rest) > 0 && rest[0] == ';' {
		return bytes.IndexByte(rest, '\n') < 0
	}
	return len(trimBlanks(rest)) == 0
}

// startChunk continues after a chunk's header with its data, or the trailers.
func (p *Parser) startChunk() {
	if p.length > 0 {
		p.phase = phaseChunkData
		return
	}
	p.phase, p.state = phaseTrailers, stateFieldStart
	p.flags |= flagTrailers
	p.scanned, p.mark, p.tracked, p.fields = 0, 0, 0, 0
}

// stepChunk processes a byte of a chunk's header, as llhttp does.
func (p *Parser) stepChunk(d *Dialect, c byte) verdict {
	switch p.state {
	case chunkStart:
		p.length, p.tracked = 0, 0
		return p.sizeDigit(c)
	case chunkSize:
		if hexValue(c) >= 0 {
			return p.sizeDigit(c)
		}
		return p.afterSize(d, c)
	case chunkText:
		if c == '\r' {
			return p.toChunk(true, chunkLF)
		}
		return p.toChunk(valueChars[c], chunkText)
	case chunkLF:
		if c != '\n' && !d.AnyAfterCR {
			return refused
		}
		p.startChunk()
		return onward
	}
	v := p.stepExtension(c)
	if p.state >= chunkExtensionName && p.state <= chunkQuotedEnd {
		p.tracked++
	}
	if v == onward && d.MaxExtension > 0 && int(p.tracked) > d.MaxExtension {
		return overlong
	}
	return v
}

func (p *Parser) toChunk(ok bool, next state) verdict {
	if !ok {
		return refused
	}
	p.state = next
	return onward
}

func (p *Parser) sizeDigit(c byte) verdict {
	v := hexValue(c)
	return p.toChunk(v >= 0 && p.addDigit(16, uint64(v)), chunkSize)
}

func (p *Parser) afterSize(d *Dialect, c byte) verdict {
	text := d.ChunkExtension == ExtensionText
	switch {
	case c == '\r':
		return p.toChunk(true, chunkLF)
	case text:
		return p.toChunk(c == ';' || c == ' ', chunkText)
	}
	return p.toChunk(c == ';', chunkExtension)
}

// stepExtension processes a byte of a chunk's extensions, by their grammar.
func (p *Parser) stepExtension(c byte) verdict {
	switch p.state {
	case chunkQuoted:
		switch c {
		case '"':
			return p.toChunk(true, chunkQuotedEnd)
		case '\\':
			return p.toChunk(true, chunkQuotedPair)
		}
		return p.toChunk(quotedChars[c], chunkQuoted)
	case chunkQuotedPair:
		return p.toChunk(valueChars[c], chunkQuoted)
	case chunkExtension:
		if c == ' ' || c == '\r' {
			return refused
		}
		p.state = chunkExtensionName
	}
	switch {
	case c == ';':
		return p.toChunk(true, chunkExtension)
	case c == '\r':
		return p.toChunk(true, chunkLF)
	case c == '=' && p.state == chunkExtensionName:
		return p.toChunk(true, chunkExtensionValue)
	case c == '"' && p.state == chunkExtensionValue:
		return p.toChunk(true, chunkQuoted)
	}
	return p.toChunk(tokenChars[c] && p.state != chunkQuotedEnd, p.state)
}
