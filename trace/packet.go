package trace

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// The wire format of protobuf. A message that is a field of another has its length before it: two bytes, which are filled
// in when it is complete, so that nothing is copied. Perfetto's own library pads its lengths likewise.

// longestText bounds each text, in bytes, so that every message has less than the 2^14 bytes that its length can say.
const longestText = 1000

// appendTag appends a field's number and the kind of its value.
func appendTag(b []byte, field, kind uint64) []byte {
	if tag := field<<3 | kind; tag >= 0x80 {
		return append(b, byte(tag)|0x80, byte(tag>>7)) // no field has a number beyond 2^11
	}
	return append(b, byte(field<<3|kind))
}

// appendVarint appends a field with a whole number.
func appendVarint(b []byte, field, v uint64) []byte {
	return binary.AppendUvarint(appendTag(b, field, 0), v)
}

// appendFixed64 appends a field of 8 bytes.
func appendFixed64(b []byte, field, v uint64) []byte {
	return binary.LittleEndian.AppendUint64(appendTag(b, field, 1), v)
}

// appendDouble appends a field with a floating-point number.
func appendDouble(b []byte, field uint64, v float64) []byte {
	return appendFixed64(b, field, math.Float64bits(v))
}

// appendText appends a field with text, the parts one after another. The parts must be valid.
func appendText(b []byte, field uint64, parts ...string) []byte {
	n := 0
	for _, part := range parts {
		n += len(part)
	}
	b = binary.AppendUvarint(appendTag(b, field, 2), uint64(n))
	for _, part := range parts {
		b = append(b, part...)
	}
	return b
}

// valid returns a text that may be written: a byte that is not UTF-8 becomes U+FFFD, and a long text is cut.
func valid(text string) string {
	if len(text) <= longestText && utf8.ValidString(text) {
		return text
	}
	return repaired(text)
}

func repaired(text string) string {
	if len(text) > longestText {
		text = text[:longestText] + "…"
	}
	return strings.ToValidUTF8(text, "\ufffd")
}

// openMessage begins a field with a message, and returns where that begins.
func openMessage(b []byte, field uint64) (message []byte, start int) {
	b = append(appendTag(b, field, 2), 0x80, 0)
	return b, len(b)
}

// closeMessage fills in the length of a message that is complete.
func closeMessage(b []byte, start int) {
	n := len(b) - start
	b[start-2], b[start-1] = byte(n)|0x80, byte(n>>7)
}

// sizeOfVarint is how many bytes a whole number takes.
func sizeOfVarint(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

// wholePackets is the length of the longest run of whole packets in p that has at most n bytes.
func wholePackets(p []byte, n int) int {
	end := 0
	for end < len(p) {
		length, size := binary.Uvarint(p[end+1:]) // after the tag, which is one byte
		next := end + 1 + size + int(length)
		if size <= 0 || next > n {
			break
		}
		end = next
	}
	return end
}
