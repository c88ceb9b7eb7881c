package accesslog

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendPrintable appends JSON, or the inside of a Go string literal, as printable ASCII: any other
// character becomes a \u escape, or two beyond U+FFFF, and a byte that is not UTF-8 becomes \ufffd.
// So no reader finds a line end in it, and no terminal a command. Only ASCII is safe, because the
// reader's encoding decides which other characters are commands: in UTF-8, U+045B contains a byte
// that begins one on 8-bit terminals.
func AppendPrintable(b, text []byte) []byte {
	for len(text) > 0 {
		n := printable(text)
		b, text = append(b, text[:n]...), text[n:]
		if len(text) == 0 {
			break
		}
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			b, r = appendEscape(b, high), low
		}
		b = appendEscape(b, r)
	}
	return b
}

// printable returns how many bytes of printable ASCII a text begins with. It checks eight at once: a
// byte that is not printable has its highest bit set, or gets it when 1 is added or a space subtracted.
func printable(text []byte) int {
	const ones, highest = 0x0101010101010101, 0x8080808080808080
	n := 0
	for n+8 <= len(text) {
		eight := binary.LittleEndian.Uint64(text[n:])
		if (eight|(eight+ones)|(eight-ones*' '))&highest != 0 {
			break
		}
		n += 8
	}
	for n < len(text) && text[n] >= ' ' && text[n] < 0x7f {
		n++
	}
	return n
}

func appendEscape(b []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	return append(b, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}
