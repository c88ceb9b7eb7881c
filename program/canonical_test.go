package program_test

import (
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
)

func TestCanonical(t *testing.T) {
	for text, want := range map[string]bool{
		`null`: true, `true`: true, `-12`: true, `""`: true, `[]`: true, `{}`: true, `"é/\n\u0001"`: true, "\"\u2028\x7f\"": true,
		`{"a":[1,{"b":null}],"c":"{x}"}`: true, `123456789012345678`: true,
		``: false, ` 1`: false, `1 `: false, `1 2`: false, `[1, 2]`: false, `{"a": 1}`: false, `1.0`: false, `1e3`: false, `-0`: false,
		`1234567890123456789`: false, `"\u000a"`: false, `"\u001F"`: false, `"\u00e9"`: false, `"\/"`: false, `"\ud800"`: false,
		`{"a":1,"a":2}`: false, `{"{x}":1}`: false, `{"id":{id}}`: false, `[1,]`: false, `[`: false, `{"a"}`: false, `NaN`: false,
		strings.Repeat("[", 50) + strings.Repeat("]", 50): true, strings.Repeat("[", 60) + strings.Repeat("]", 60): false,
	} {
		check.Equal(t, text, program.Canonical(text), want)
	}
}
