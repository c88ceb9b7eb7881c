package hypercorn

import (
	"bytes"
	"unicode/utf8"

	"github.com/target-server/target-server/server/http1"
)

// settingsOf decodes the last HTTP2-Settings of a request that asks for h2c (H2CProtocolRequiredError, and
// base64.urlsafe_b64decode). It fails where Python raises.
func (v *Version) settingsOf(h *http1.Head) (settings []byte, ok bool) {
	var value []byte
	for _, f := range h.Fields {
		if !bytes.EqualFold(f.Name, []byte("http2-settings")) {
			continue
		}
		value = f.Value
		if v.DecodesSettings && !utf8.Valid(value) {
			return nil, false
		}
	}
	if v.DecodesSettings && bytes.ContainsFunc(value, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return nil, false
	}
	return lenientBase64(value)
}

// lenientBase64 is CPython's binascii.a2b_base64, which passes over what is no digit and stops at the padding. It fails
// if the last group of four digits is not whole.
func lenientBase64(value []byte) (decoded []byte, ok bool) {
	var bits uint32
	place, padding := 0, 0
	for _, c := range value {
		if c == '=' {
			if place >= 2 {
				if padding++; place+padding >= 4 {
					return decoded, true
				}
			}
			continue
		}
		digit, found := base64Digit(c)
		if !found {
			continue
		}
		padding = 0
		bits = bits<<6 | digit
		if place > 0 {
			decoded = append(decoded, byte(bits>>(6-2*place)))
		}
		place = (place + 1) % 4
	}
	return decoded, place == 0
}

// base64Digit is the value of a digit of either alphabet of base 64.
func base64Digit(c byte) (digit uint32, found bool) {
	switch {
	case c >= 'A' && c <= 'Z':
		return uint32(c - 'A'), true
	case c >= 'a' && c <= 'z':
		return uint32(c-'a') + 26, true
	case c >= '0' && c <= '9':
		return uint32(c-'0') + 52, true
	case c == '+', c == '-':
		return 62, true
	case c == '/', c == '_':
		return 63, true
	}
	return 0, false
}
