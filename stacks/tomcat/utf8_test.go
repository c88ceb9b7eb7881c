package tomcat

import (
	"strings"
	"testing"
)

// The wanted number of U+FFFD is what JDK 17 was seen to decode to.
func TestJavaUTF8(t *testing.T) {
	for in, want := range map[string]int{
		"\x80": 1, "\xff\xfe": 2, "\xc0\xaf": 2, "\xc3": 1, "\xe2\x80": 1, "\xe0\x80\x80": 3, "\xed\xa0\x80\xed\xb0\x80": 2, "\xed\xa0": 1,
		"\xf0\x9f\x98": 1, "\xf0\x80\x80\x80": 4, "\xf4\x8f\xbf": 1, "\xf4\x90\x80\x80": 4, "\xf5\x80\x80\x80": 4,
	} {
		if got := javaUTF8("a" + in + "ä"); got != "a"+strings.Repeat("\ufffd", want)+"ä" {
			t.Errorf("%q: got %q, want %d replaced", in, got, want)
		}
	}
}
