package accesslog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/target-server/target-server/accesslog"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		`{"a":"b"} ~`:                    `{"a":"b"} ~`,
		"\x00\x1f\n\x7f":                 `\u0000\u001f\u000a\u007f`,
		"\u0080\u0085\u009b\u2028\u202e": `\u0080\u0085\u009b\u2028\u202e`,
		"\ufeff\u200bä\u045b":            `\ufeff\u200b\u00e4\u045b`,
		"12345678\U0001f6009\U000e0001":  `12345678\ud83d\ude009\udb40\udc01`,
		"1234567\x9b\xff\xc2":            `1234567\ufffd\ufffd\ufffd`,
		"\xed\xa0\x80":                   `\ufffd\ufffd\ufffd`,
	} {
		if got := string(accesslog.AppendPrintable([]byte("x"), []byte(in))); got != "x"+want {
			t.Errorf("%q: got %s, want x%s", in, got, want)
		}
	}
}

// The result is printable ASCII, and JSON of the same value.
func FuzzPrintable(f *testing.F) {
	f.Add("GET /\x7f\u009b\U0001f600 \xff~\x80 and the rest of it")
	f.Fuzz(func(t *testing.T, text string) {
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		got := string(accesslog.AppendPrintable(nil, quoted))
		if strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
			t.Errorf("%q: not printable ASCII: %q", text, got)
		}
		var back string
		if err := json.Unmarshal([]byte(got), &back); err != nil || back != string([]rune(text)) {
			t.Errorf("%q: %q says %q, %v", text, got, back, err)
		}
	})
}
