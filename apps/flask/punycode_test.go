package flask

import (
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// The wanted values are those of Python 3.11's codec.
func TestToASCII(t *testing.T) {
	for host, want := range map[string]string{
		"lab.example": "lab.example", "ä": "xn--4ca", "bücher.example": "xn--bcher-kva.example", "aäböcü": "xn--abc-qla5gqb",
		"münchen-ost": "xn--mnchen-ost-9db", "lab:\u00a0": "lab: ", "lab:ù¨": "xn--lab: -4ua408a", "ß.x": "ss.x", "a\u00ad": "a",
		"\u00ad": "", "\u0085": "", "xn--ä": "", strings.Repeat("a", 64) + ".ä": "", strings.Repeat("a", 64): strings.Repeat("a", 64),
	} {
		if got, ok := toASCII(host); got != want || ok != (want != "") {
			t.Errorf("%s: wanted %s, got %s (alone: %s)", host, want, got, check.Alone(t))
		}
	}
}
