package http2

import (
	"golang.org/x/net/http2/hpack"

	"github.com/target-server/target-server/server/http1"
)

// encoder writes header blocks as Python's hpack does: every line without a full match is
// added to the table, and every text is Huffman-coded, even if that makes it no shorter.
// hpack.Encoder decides differently.
type encoder struct {
	table []http1.Line // the newest first
	size  int
	most  int
	told  bool // the table's size has been sent since it changed
}

const (
	defaultTableSize = 4096
	entryOverhead    = 32
)

// resize applies the client's SETTINGS_HEADER_TABLE_SIZE.
func (e *encoder) resize(most int) {
	e.told = e.told && most == e.most
	e.most = most
	e.shrink()
}

func (e *encoder) shrink() {
	for e.size > e.most && len(e.table) > 0 {
		last := e.table[len(e.table)-1]
		e.size -= entryOverhead + len(last.Name) + len(last.Value)
		e.table = e.table[:len(e.table)-1]
	}
}

// begin appends what precedes the first line of a block.
func (e *encoder) begin(dst []byte) []byte {
	if e.told {
		return dst
	}
	e.told = true
	return appendInteger(dst, 0x20, 5, e.most)
}

// line appends one line.
func (e *encoder) line(dst []byte, name, value string) []byte {
	index, whole := e.search(name, value)
	if whole {
		return appendInteger(dst, 0x80, 7, index)
	}
	dst = appendInteger(dst, 0x40, 6, index)
	if index == 0 {
		dst = appendText(dst, name)
	}
	e.enter(http1.Line{Name: name, Value: value})
	return appendText(dst, value)
}

// enter adds a line to the table.
func (e *encoder) enter(l http1.Line) {
	size := entryOverhead + len(l.Name) + len(l.Value)
	e.size += size
	e.table = append([]http1.Line{l}, e.table...)
	e.shrink()
}

// search finds a line, or else its name, or 0: first in the static table.
func (e *encoder) search(name, value string) (index int, whole bool) {
	for i, l := range staticTable {
		if l.Name != name {
			continue
		}
		if l.Value == value {
			return i + 1, true
		}
		if index == 0 {
			index = i + 1
		}
	}
	for i, l := range e.table {
		if l.Name != name {
			continue
		}
		if l.Value == value {
			return len(staticTable) + i + 1, true
		}
		if index == 0 {
			index = len(staticTable) + i + 1
		}
	}
	return index, false
}

// appendInteger appends a number after the high bits of a byte.
func appendInteger(dst []byte, high byte, bits uint, n int) []byte {
	most := 1<<bits - 1
	if n < most {
		return append(dst, high|byte(n))
	}
	dst = append(dst, high|byte(most))
	for n -= most; n >= 128; n >>= 7 {
		dst = append(dst, byte(n)|0x80)
	}
	return append(dst, byte(n))
}

func appendText(dst []byte, text string) []byte {
	dst = appendInteger(dst, 0x80, 7, int(hpack.HuffmanEncodeLength(text)))
	return hpack.AppendHuffmanString(dst, text)
}

// staticTable is that of RFC 7541, appendix A, as the library decodes it.
var staticTable = func() []http1.Line {
	const entries = 61
	lines := make([]http1.Line, 0, entries)
	decoder := hpack.NewDecoder(0, func(f hpack.HeaderField) {
		lines = append(lines, http1.Line{Name: f.Name, Value: f.Value})
	})
	for i := range entries {
		if _, err := decoder.Write([]byte{0x80 | byte(i+1)}); err != nil {
			break // cannot happen: the table has as many
		}
	}
	return lines
}()
