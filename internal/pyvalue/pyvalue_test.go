package pyvalue_test

import (
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/pyvalue"
)

// The wanted values are those of Python 3.11.
func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"007": "7", " -1_000\n": "-1000", "+5": "5", "٣": "3", "1__0": "", "5.0": "", "": "", "-0": "0",
		strings.Repeat("1", 4301): "",
	} {
		got, ok := pyvalue.Int(text)
		check.Equal(t, "int of "+text, got, want)
		check.Equal(t, text+" is one", ok, want != "")
	}
	for text, want := range map[string]string{
		"1.50": "1.5", "5": "5.0", "1e400": "inf", "-INF": "-inf", "1e16": "1e+16", "0.00001": "1e-05", "1_0.5": "10.5", "x": "", "-0.0": "-0.0",
	} {
		got, ok := pyvalue.Float(text)
		check.Equal(t, "float of "+text, got, want)
		check.Equal(t, text+" is one", ok, want != "")
	}
}

func TestJSON(t *testing.T) {
	check.Equal(t, "string", pyvalue.JSON("a\"\\\n\x01\u2028ä"), `"a\"\\\n\u0001`+"\u2028"+`ä"`)
}
