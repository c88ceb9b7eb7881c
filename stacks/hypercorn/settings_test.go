package hypercorn

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// What CPython 3.11's binascii.a2b_base64 makes of these, after base64.urlsafe_b64decode's translation.
func TestLenientBase64(t *testing.T) {
	t.Parallel()
	type result struct {
		decoded string
		ok      bool
	}
	for text, want := range map[string]result{
		"":             {"", true},
		"!":            {"", true},
		"====":         {"", true},
		"A":            {"", false},
		"AA":           {"\x00", false},
		"AA==":         {"\x00", true},
		"AA=A":         {"\x00\x00", false},
		"AA=A=":        {"\x00\x00", true},
		"AAAA====":     {"\x00\x00\x00", true},
		"AA==AAAA":     {"\x00", true},
		"-_-_":         {"\xfb\xff\xbf", true},
		"+/+/":         {"\xfb\xff\xbf", true},
		" A\xffA!M=A ": {"\x00\x03", true},
	} {
		decoded, ok := lenientBase64([]byte(text))
		check.Equal(t, text, result{string(decoded), ok}, want)
	}
}
