package tomcat

// chunks reads a chunked body (ChunkedInputFilter).
type chunks struct {
	strict  bool // extensions and trailers have a form (Version.ChecksChunks)
	state   chunkState
	digits  int8
	cr      bool
	counted int16 // bytes of extensions, then those of trailers
	size    int64
}

type chunkState uint8

const (
	chunkSize chunkState = iota
	chunkExtension
	chunkSizeEnd
	chunkData
	chunkEnd

	// States of ChunkExtension.parse.
	extensionStart
	extensionName
	extensionAfterName
	extensionEquals
	extensionValue
	extensionQuoted
	extensionAfterValue
	extensionWrong

	// States of the fields after the last chunk.
	trailerStart
	trailerStartCR
	trailerName
	trailerBlank
	trailerValue
	trailerValueCR
	trailerNext // the next line may continue the value
	trailerSkipped
)

// maxCounted is maxExtensionSize, and also maxTrailerSize.
const maxCounted = 8192

// take reads what there is. done reports the end of the body; good is false if it is malformed.
func (k *chunks) take(b []byte) (n int, done, good bool) {
	for n < len(b) {
		if k.state == chunkData {
			m := int(min(int64(len(b)-n), k.size))
			n += m
			k.size -= int64(m)
			if k.size == 0 {
				k.state = chunkEnd
			}
			continue
		}
		done, good = k.step(b[n])
		n++
		if done || !good {
			return n, done, good
		}
	}
	return n, false, true
}

func (k *chunks) step(c byte) (done, good bool) {
	switch {
	case k.state == chunkSize:
		return false, k.sizeByte(c)
	case k.state == chunkExtension:
		if c == '\r' || c == '\n' {
			return false, k.lineEnd(c)
		}
		return false, k.count()
	case k.state == chunkSizeEnd || k.state == chunkEnd:
		return false, k.lineEnd(c)
	case k.state < trailerStart:
		return false, k.extensionByte(c)
	case k.strict:
		return k.strictTrailer(c)
	}
	return k.looseTrailer(c)
}

// count reports whether another byte is not too many.
func (k *chunks) count() bool {
	k.counted++
	return k.counted <= maxCounted
}

func (k *chunks) sizeByte(c byte) bool {
	switch v := hex(c); {
	case c == '\r' || c == '\n':
		return k.lineEnd(c)
	case c == ';':
		k.state = chunkExtension
		if k.strict {
			k.state = extensionStart
		}
		return k.count() || !k.strict
	case v < 0 || k.digits == 8:
		return false
	default:
		k.digits++
		k.size = k.size<<4 | int64(v)
	}
	return true
}

// extensionByte reads a byte of an extension that must have the form of one.
func (k *chunks) extensionByte(c byte) bool {
	k.state = k.state.afterExtension(c)
	switch k.state {
	case extensionWrong:
		return false
	case chunkSizeEnd:
		return k.lineEnd(c)
	}
	return k.count()
}

// afterExtension is the state after a byte of an extension (ChunkExtension.parse).
func (s chunkState) afterExtension(c byte) chunkState {
	blank, token := c == ' ' || c == '\t', tokenChars[c]
	switch s {
	case extensionStart:
		switch {
		case blank:
			return extensionStart
		case token:
			return extensionName
		}
	case extensionEquals:
		switch {
		case blank:
			return extensionEquals
		case token:
			return extensionValue
		case c == '"':
			return extensionQuoted
		}
	case extensionQuoted:
		switch {
		case c == '"':
			return extensionAfterValue
		case c != '\\' && c != 0x7f && (c == '\t' || c > 31):
			return extensionQuoted
		}
	default:
		return s.afterWord(c, blank, token)
	}
	return extensionWrong
}

// afterWord is the state after a byte in a name or a value, or after one.
func (s chunkState) afterWord(c byte, blank, token bool) chunkState {
	inName, afterName := s == extensionName, s == extensionAfterName
	switch {
	case token && (inName || s == extensionValue):
		return s
	case blank && (inName || afterName):
		return extensionAfterName
	case blank:
		return extensionAfterValue
	case c == ';':
		return extensionStart
	case c == '=' && (inName || afterName):
		return extensionEquals
	case c == '\r':
		return chunkSizeEnd
	}
	return extensionWrong
}

// lineEnd reads the CR LF after a chunk or its size.
func (k *chunks) lineEnd(c byte) bool {
	switch {
	case c == '\r' && !k.cr:
		k.cr = true
		if k.state != chunkEnd {
			k.state = chunkSizeEnd
		}
		return true
	case c != '\n' || !k.cr:
		return false
	}
	k.cr = false
	if k.state == chunkEnd {
		*k = chunks{strict: k.strict, counted: k.counted}
		return true
	}
	if k.digits == 0 || k.size > 1<<31-1 {
		return false
	}
	k.state = chunkData
	if k.size == 0 {
		k.state, k.counted = trailerStart, 0
	}
	return true
}

// looseTrailer reads a byte of the fields after the last chunk, whose names may have any bytes (parseHeader of 10.1.7).
func (k *chunks) looseTrailer(c byte) (done, good bool) {
	blank := c == ' ' || c == '\t'
	if k.state == trailerNext {
		k.state = trailerStart
		if blank {
			k.state = trailerBlank
			k.counted++ // it is put into the value, and then skipped
		}
	}
	if k.state == trailerBlank && !blank {
		k.state = trailerValue
	}
	switch {
	case k.state == trailerStartCR:
		return c == '\n', c == '\n'
	case k.state == trailerValueCR:
		k.state = trailerNext
		return false, c == '\n'
	case k.state == trailerStart && c == '\r':
		k.state = trailerStartCR
	case k.state == trailerStart && c == '\n':
		return false, false
	case (k.state == trailerStart || k.state == trailerName) && c == ':':
		k.state = trailerBlank
	case k.state == trailerStart:
		k.state = trailerName
		return false, k.count()
	case k.state == trailerValue && c == '\r':
		k.state = trailerValueCR
	case k.state == trailerValue && c == '\n':
		k.state = trailerNext
	default:
		return false, k.count()
	}
	return false, true
}

// strictTrailer reads a byte of the fields after the last chunk as those of a head, but each line must end with CR LF
// (HttpHeaderParser). A malformed line is refused where it ends.
func (k *chunks) strictTrailer(c byte) (done, good bool) {
	if !k.count() {
		return false, false
	}
	blank := c == ' ' || c == '\t'
	if k.state == trailerNext {
		k.state = trailerStart
		if blank {
			k.state = trailerBlank
		}
	}
	switch k.state {
	case trailerStartCR:
		if c == '\n' {
			return true, true
		}
		k.state = trailerSkipped
	case trailerValueCR:
		k.state = trailerSkipped
		if c == '\n' {
			k.state = trailerNext
			return false, true
		}
	case trailerStart, trailerName:
		k.state = k.state.afterTrailerName(c)
	case trailerBlank, trailerValue:
		k.state = k.state.afterTrailerValue(c, blank)
	}
	return false, c != '\n'
}

func (s chunkState) afterTrailerName(c byte) chunkState {
	switch {
	case c == '\r' && s == trailerStart:
		return trailerStartCR
	case c == ':' && s == trailerName:
		return trailerBlank
	case tokenChars[c]:
		return trailerName
	}
	return trailerSkipped
}

func (s chunkState) afterTrailerValue(c byte, blank bool) chunkState {
	switch {
	case blank:
		return s
	case c == '\r':
		return trailerValueCR
	case c < ' ' || c == 0x7f:
		return trailerSkipped
	}
	return trailerValue
}
