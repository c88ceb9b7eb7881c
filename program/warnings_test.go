package program_test

import (
	"os"
	"strings"
	"testing"

	"github.com/target-server/target-server/program"
)

// What a file probably does not mean is told with its place; what is right is not.
func TestWarnings(t *testing.T) {
	text, err := os.ReadFile("testdata/warned/all.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := program.Read("all.yaml", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, w := range p.Warnings() {
		b.WriteString(w.Where(p.File) + ": " + w.What + "; " + w.Accepted + "\n")
	}
	golden(t, "testdata/warned/all.txt", b.String())
}

func TestBuiltinsAreWithoutWarnings(t *testing.T) {
	for _, name := range program.Builtins() {
		p, err := program.ReadBuiltin(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range p.Warnings() {
			t.Errorf("%s: %s", w.Where(name), w.What)
		}
	}
}
