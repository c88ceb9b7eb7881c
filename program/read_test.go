package program_test

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
)

func TestBuiltinsAreValid(t *testing.T) {
	for _, name := range program.Builtins() {
		p, err := program.ReadBuiltin(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		check.Equal(t, name+" has routes", len(p.Routes) > 0, true)
	}
}
