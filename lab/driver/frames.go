package driver

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/net/http2/hpack"
)

// Frames describes what an HTTP/2 server has sent, one line per frame, and returns what is left over.
// For header blocks it shows the encoding of each field.
func Frames(stream []byte) []string {
	const head = 9
	names := []string{"DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION"}
	decoder := hpack.NewDecoder(4096, nil)
	var lines []string
	for len(stream) >= head {
		n := int(stream[0])<<16 | int(stream[1])<<8 | int(stream[2])
		kind, flags, id := stream[3], stream[4], binary.BigEndian.Uint32(stream[5:])
		if len(stream) < head+n || int(kind) >= len(names) {
			break
		}
		lines = append(lines, fmt.Sprintf("%s stream %d flags %#x %s", names[kind], id, flags, payload(kind, stream[head:head+n], decoder)))
		stream = stream[head+n:]
	}
	if len(stream) > 0 {
		lines = append(lines, fmt.Sprintf("and %q", stream))
	}
	return lines
}

func payload(kind byte, p []byte, decoder *hpack.Decoder) string {
	switch kind {
	case 1:
		return headerBlock(p, decoder)
	case 4:
		var settings []string
		for ; len(p) >= 6; p = p[6:] {
			settings = append(settings, fmt.Sprintf("%d=%d", binary.BigEndian.Uint16(p), binary.BigEndian.Uint32(p[2:])))
		}
		return strings.Join(settings, " ")
	case 3, 8:
		return fmt.Sprint(binary.BigEndian.Uint32(p))
	case 7:
		return fmt.Sprintf("last %d code %d %q", binary.BigEndian.Uint32(p), binary.BigEndian.Uint32(p[4:]), p[8:])
	}
	return fmt.Sprintf("%q", p)
}

// headerBlock shows each field and its encoding: entirely from the table, or a literal with or without
// its name from the table; H means that the value is Huffman-coded.
func headerBlock(p []byte, decoder *hpack.Decoder) string {
	var kinds []string
	for rest := p; len(rest) > 0; {
		kind, n := representation(rest)
		kinds = append(kinds, kind)
		rest = rest[n:]
	}
	fields, err := decoder.DecodeFull(p)
	if err != nil {
		return err.Error()
	}
	var lines []string
	for i, f := range fields {
		kind := ""
		if i < len(kinds) && f.Name != "date" { // whether it is a new entry depends on the second in which it was sent
			kind = kinds[i]
		}
		lines = append(lines, fmt.Sprintf("\n    %s: %s (%s)", f.Name, f.Value, kind))
	}
	return strings.Join(lines, "")
}

// staticEntries is the size of HPACK's static table.
const staticEntries = 61

// representation returns how the first field of a block is encoded, and the length of that encoding.
func representation(p []byte) (string, int) {
	if p[0]&0x80 != 0 {
		index, n := integer(p, 7)
		if index > staticEntries {
			return "entered before", n // the index depends on how often the date has changed
		}
		return fmt.Sprint("table ", index), n
	}
	name, bits := "entered", uint(6)
	if p[0]&0x40 == 0 {
		name, bits = "not entered", 4
	}
	index, n := integer(p, bits)
	if index == 0 {
		length, m := integer(p[n:], 7)
		n += m + length
	}
	length, m := integer(p[n:], 7)
	coding := "plain"
	if p[n]&0x80 != 0 {
		coding = "H"
	}
	return fmt.Sprintf("%s, name %d, %s", name, index, coding), min(len(p), n+m+length)
}

func integer(p []byte, bits uint) (value, n int) {
	most := 1<<bits - 1
	if value = int(p[0]) & most; value < most {
		return value, 1
	}
	for n = 1; n < len(p); n++ {
		value += int(p[n]&0x7f) << (7 * (n - 1))
		if p[n]&0x80 == 0 {
			return value, n + 1
		}
	}
	return value, n
}
