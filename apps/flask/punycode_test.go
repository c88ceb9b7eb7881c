package flask

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// The wanted values are those of Python 3.11's codec.
func TestToASCII(t *testing.T) {
	for host, want := range map[string]string{
		"lab.example": "lab.example", "ä": "xn--4ca", "bücher.example": "xn--bcher-kva.example", "aäböcü": "xn--abc-qla5gqb",
		"你好": "xn--6qq79v", "münchen-ost": "xn--mnchen-ost-9db",
	} {
		if got := toASCII(host); got != want {
			t.Errorf("%s: wanted %s, got %s (alone: %s)", host, want, got, check.Alone(t))
		}
	}
}
