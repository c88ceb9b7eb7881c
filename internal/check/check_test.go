package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// failing is a test that records its failure.
type failing struct {
	*testing.T
	said string
}

func (f *failing) Errorf(format string, args ...any) { f.said = fmt.Sprintf(format, args...) }

// A failure says what was wanted, what came, and the command, which selects subtests by their exact
// names.
func TestEqual(t *testing.T) {
	t.Run("a|b (c)", func(t *testing.T) {
		f := &failing{T: t}
		check.Equal(f, "same", 1, 1)
		if f.said != "" {
			t.Errorf("equal values failed with %q", f.said)
		}
		check.Equal(f, "sum", 1, 2)
		for _, part := range []string{"sum: wanted\n2\ngot\n1\n", `go test ./internal/check -run '^TestEqual$/^a\|b_\(c\)$'`} {
			if !strings.Contains(f.said, part) {
				t.Errorf("the failure is %q, want it to contain %q", f.said, part)
			}
		}
	})
}
