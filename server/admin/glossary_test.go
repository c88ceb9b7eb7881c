package admin

import (
	"os"
	"strings"
	"testing"
)

// The glossary explains every name that the admin address and the rows of a log use. Metrics have a page of their own.
func TestGlossaryHasEveryName(t *testing.T) {
	text, err := os.ReadFile("../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	d := read(t)
	for _, schema := range []string{"Statistics", "Request", "Route", "Pool", "Interpreter"} {
		for name := range d.Components.Schemas[schema].Properties {
			names = append(names, name)
		}
	}
	names = append(names, d.Components.Schemas["Request"].Properties["outcome"].Enum...)
	for _, name := range names {
		switch name {
		case "error", "address": // why a worker did not answer, and where it listens: the words say it
			continue
		}
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("docs/glossary.md does not explain %s", name)
		}
	}
	if len(names) < 30 {
		t.Errorf("%d names", len(names))
	}
}
