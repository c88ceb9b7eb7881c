package programtest_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/programtest"
)

func TestDrawnProgramsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, text := range []string{
			programtest.DrawAll(t), programtest.Draw(t), programtest.DrawPlain(t), programtest.DrawPlainAll(t),
		} {
			if _, err := program.Read("drawn.yaml", []byte(text), nil); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
		}
	})
}
