package python_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/programtest"
	"github.com/target-server/target-server/program/python"
)

// The lab compiles random programs with Python itself.
func TestAnyProgramIsPrintedTheSameTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := programtest.DrawAll(t)
		o := python.Options{File: "drawn.yaml", Stack: "uvicorn", Vintage: python.VintageCurrent}
		first, second := python.FastAPI(parsed(t, text), o), python.FastAPI(parsed(t, text), o)
		check.Equal(t, "printed again", second, first)
		for line := range strings.Lines(first) {
			check.Equal(t, "no blanks at the end of "+line, strings.TrimRight(line, " \n"), strings.TrimSuffix(line, "\n"))
		}
	})
}

func parsed(t *rapid.T, text string) *program.Program {
	p, err := program.Read("drawn.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
