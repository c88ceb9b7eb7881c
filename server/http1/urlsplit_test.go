package http1

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// The wanted values are what urlsplit of Debian's Python 3.11.2 returned or raised.
func TestURLSplit(t *testing.T) {
	for _, test := range []struct {
		url    string
		want   URL
		raises string
	}{
		{"http://a:80/b?c#d", URL{"http", "a:80", "/b", "c", "d"}, ""},
		{"/a?b", URL{"", "", "/a", "b", ""}, ""},
		{"//a/b", URL{"", "a", "/b", "", ""}, ""},
		{"http:/x", URL{"http", "", "/x", "", ""}, ""},
		{"http:?id=1", URL{"http", "", "", "id=1", ""}, ""},
		{"mailto:x", URL{"mailto", "", "x", "", ""}, ""},
		{"1a:/b", URL{"", "", "1a:/b", "", ""}, ""},
		{"x+y-.:/b", URL{"x+y-.", "", "/b", "", ""}, ""},
		{"://a", URL{"", "", "://a", "", ""}, ""},
		{"\u0009/a", URL{"", "", "/a", "", ""}, ""},
		{" /a\u0009b", URL{"", "", "/ab", "", ""}, ""},
		{"ht\u0009tp://a/", URL{"http", "a", "/", "", ""}, ""},
		{"http://[/", URL{}, "ValueError: Invalid IPv6 URL"},
		{"http://]", URL{}, "ValueError: Invalid IPv6 URL"},
		{"http://[::1]:80/", URL{"http", "[::1]:80", "/", "", ""}, ""},
		{"http://[1]/", URL{}, "ValueError: '1' does not appear to be an IPv4 or IPv6 address"},
		{"http://[1.2.3.4]/", URL{}, "ValueError: An IPv4 address cannot be in brackets"},
		{"http://[v1.a]/", URL{"http", "[v1.a]", "/", "", ""}, ""},
		{"http://[vx.]/", URL{}, "ValueError: IPvFuture address is invalid"},
		{"http://[v1.]/", URL{}, "ValueError: IPvFuture address is invalid"},
		{"http://[::1]x/", URL{}, "ValueError: Invalid IPv6 URL"},
		{"http://a[::1]/", URL{}, "ValueError: Invalid IPv6 URL"},
		{"http://[a]@b:1/", URL{}, "ValueError: 'b' does not appear to be an IPv4 or IPv6 address"},
		{"http://u@[::1]/", URL{"http", "u@[::1]", "/", "", ""}, ""},
		{"http://[::ffff:1.2.3.4]/", URL{"http", "[::ffff:1.2.3.4]", "/", "", ""}, ""},
		{"http://[fe80::1%25e]/", URL{"http", "[fe80::1%25e]", "/", "", ""}, ""},
		{"http://[1::2::3]/", URL{}, "ValueError: '1::2::3' does not appear to be an IPv4 or IPv6 address"},
		{"HTTP://A/", URL{"http", "A", "/", "", ""}, ""},
		{"http://a#b?c", URL{"http", "a", "", "", "b?c"}, ""},
		{"http://a?b/c", URL{"http", "a", "", "b/c", ""}, ""},
		{"\u00e9:/a", URL{"", "", "\u00e9:/a", "", ""}, ""},
		{"http://\u00e9/", URL{"http", "\u00e9", "/", "", ""}, ""},
		{"a:b", URL{"a", "", "b", "", ""}, ""},
		{"?#", URL{"", "", "", "", ""}, ""},
		{"http://[::1]@[::1]/", URL{"http", "[::1]@[::1]", "/", "", ""}, ""},
		{"http://[\u00e9]/", URL{}, "ValueError: '\u00e9' does not appear to be an IPv4 or IPv6 address"},
	} {
		got, err := URLSplit(test.url)
		raised := ""
		if err != nil {
			got, raised = URL{}, err.Error()
		}
		if got != test.want || raised != test.raises {
			t.Errorf("%q\nwanted %q %s\n   got %q %s\n(alone: %s)", test.url, test.want, test.raises, got, raised, check.Alone(t))
		}
	}
}
