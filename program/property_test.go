package program_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/programtest"
)

// A random program is the same again however it is written down.
func TestRandomProgramsAreTheSameAgain(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := programtest.DrawAll(r)
		p, err := program.Read("drawn.yaml", []byte(text), nil)
		if err != nil {
			r.Fatalf("%v\n%s", err, text)
		}
		sameAgain(t, p)
		if t.Failed() {
			r.FailNow()
		}
	})
}
