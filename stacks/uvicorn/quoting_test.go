package uvicorn_test

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
)

// The wanted values are those of Python 3.11's urllib.parse.
func TestUnquote(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"/plain+path":            "/plain+path",
		"/a%20b%2Fc":             "/a b/c",
		"%e2%82%ac%C3%A9":        "€é",
		"%zz%4%":                 "%zz%4%",
		"%+1%0x41":               "%+1%0x41",
		"%ff%ff":                 "\ufffd\ufffd",
		"%e2%82x":                "\ufffdx",
		"%f0%9f%98A":             "\ufffdA",
		"%ed%a0%80":              "\ufffd\ufffd\ufffd",
		"%c0%af":                 "\ufffd\ufffd",
		"%f5%80":                 "\ufffd\ufffd",
		"%ef%bf%bd":              "\ufffd",
		"%e2%e2%82%ac":           "\ufffd€",
		"%f0%80%80%80":           "\ufffd\ufffd\ufffd\ufffd",
		"%f4%90%80%80%f4%8f%bf%": "\ufffd\ufffd\ufffd\ufffd\ufffd%",
	} {
		t.Run(text, func(t *testing.T) { check.Equal(t, "Unquote", http1.Unquote(text), want) })
	}
}

func TestQuote(t *testing.T) {
	for _, test := range []struct{ text, safe, want string }{
		{"/a/b", "/", "/a/b"},
		{"/a/b", "", "%2Fa%2Fb"},
		{"/~(!) é\x00", "/", "/~%28%21%29%20%C3%A9%00"},
		{"AZaz09_.-~", "", "AZaz09_.-~"},
		{"http://x/?a=b&c=%20", ":/%#?=@[]!$&'()*+,;", "http://x/?a=b&c=%20"},
	} {
		t.Run(test.text, func(t *testing.T) { check.Equal(t, "Quote", http1.Quote(test.text, test.safe), test.want) })
	}
}

// The access log shows the path decoded and quoted again, the query as sent.
func TestTargetInTheAccessLog(t *testing.T) {
	for target, want := range map[string]string{
		"/a%2fb?c=%2f":      "/a/b?c=%2f",
		"/~(!)":             "/~%28%21%29",
		"/%ff%ff%e2%82x":    "/%EF%BF%BD%EF%BF%BD%EF%BF%BDx",
		"/a%20b":            "/a%20b",
		"/?":                "/",
		"/a?b?c":            "/a?b?c",
		"/%e2%82%ac?%ff=+&": "/%E2%82%AC?%ff=+&",
	} {
		t.Run(target, func(t *testing.T) {
			each(t, []class{h11054, httptools021}, func(h *house) {
				h.Send(0, ask("GET /nope"+target[1:]+" HTTP/1.1"))
				h.Run(1 * second)
				status := " HTTP/1.1 404"
				h.Logged("0s GET /nope" + want[1:] + status)
			})
		})
	}
}
