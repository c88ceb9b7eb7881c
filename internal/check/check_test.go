package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// failing is a test that remembers how it has failed.
type failing struct {
	*testing.T
	said string
}

func (f *failing) Errorf(format string, args ...any) { f.said = fmt.Sprintf(format, args...) }

// A failure says what was wanted, what came, and the command, which finds subtests by their very names.
func TestEqual(t *testing.T) {
	t.Run("a|b (c)", func(t *testing.T) {
		f := &failing{T: t}
		check.Equal(f, "same", 1, 1)
		if f.said != "" {
			t.Errorf("of equal values it says %q", f.said)
		}
		check.Equal(f, "sum", 1, 2)
		for _, part := range []string{"sum: wanted\n2\ngot\n1\n", `go test ./internal/check -run '^TestEqual$/^a\|b_\(c\)$'`} {
			if !strings.Contains(f.said, part) {
				t.Errorf("it says %q, without %q", f.said, part)
			}
		}
	})
}
