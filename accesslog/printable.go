package accesslog

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendPrintable appends a JSON text, or the inside of a Go string, as printable ASCII: any other
// character becomes \u and its number, in two parts beyond U+FFFF, and a byte that is no UTF-8
// becomes \ufffd. So no reader, whatever it takes for the end of a line, and no terminal, whatever
// its encoding, finds more in a row than characters. ASCII alone, because which of the others act
// depends on who reads: U+045B in UTF-8 has a byte that starts a command of 8-bit terminals.
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

// printable is how many bytes of printable ASCII a text begins with. Eight are looked at together:
// those that are not have their highest bit set, or have it once 1 is added or a space taken away.
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
