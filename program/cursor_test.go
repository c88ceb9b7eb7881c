package program_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
)

// logged lists what one call of the first route's handler logs.
func logged(t *testing.T, steps string, seed uint64) string {
	t.Helper()
	p, err := program.Read("x.yaml", []byte("routes: {GET /: {def: "+steps+"}}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 0))
	c := program.Compile(p.Routes[0].Steps).Start()
	var lines []string
	for a := c.Next(r); a.Kind != program.Returns; a = c.Next(r) {
		lines = append(lines, a.Text)
	}
	return strings.Join(lines, " ")
}

func TestLoopsNest(t *testing.T) {
	got := logged(t, "[{repeat: 2, do: [{log: a}, {repeat: 3, do: [{log: b}]}, {repeat: 0, do: [{log: never}]}]}, {log: c}]", 1)
	check.Equal(t, "lines", got, "a b b b a b b b c")
}

func TestAnEmptyLoopEnds(t *testing.T) {
	check.Equal(t, "lines", logged(t, "[{repeat: 1000000, do: []}, {log: c}]", 1), "c")
}

func TestAShareIsDoneThatOften(t *testing.T) {
	n := strings.Count(logged(t, "[{repeat: 10000, do: [{share: 30%, do: [{log: a}]}]}]", 1), "a")
	check.Equal(t, "share is near 30 %", n > 2850 && n < 3150, true)
	check.Equal(t, "0%", logged(t, "[{share: 0%, do: [{log: a}]}, {log: b}]", 1), "b")
	check.Equal(t, "100%", logged(t, "[{share: 100%, do: [{log: a}]}, {log: b}]", 1), "a b")
}
