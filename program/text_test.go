package program_test

import (
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
)

// shown writes names in angle brackets.
func shown(pieces []program.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Name != "" {
			b.WriteString("<" + p.Name + ">")
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

func TestPieces(t *testing.T) {
	parameters := []program.Parameter{{Name: "id"}, {Name: "_x"}}
	for text, want := range map[string]string{
		"":                  "",
		"{id}":              "<id>",
		"#{id} of {id}{_x}": "#<id> of <id><_x>",
		"{{id}}":            "{<id>}",
		"{other}{id }{}{":   "{other}{id }{}{",
		"{counter}":         "{counter}",
	} {
		check.Equal(t, text, shown(program.Pieces(text, parameters)), want)
	}
	check.Equal(t, "log", shown(program.LogPieces("#{counter} {id} {other}", parameters)), "#<counter> <id> {other}")
}

func TestJSON(t *testing.T) {
	for kind, want := range map[string]bool{
		"application/json": true, "Application/JSON; charset=utf-8": true, "application/problem+json": true,
		"text/plain": false, "": false, "application/jsonl": false,
	} {
		check.Equal(t, kind, (&program.Route{Type: kind}).JSON(), want)
	}
}

func TestSessionFor(t *testing.T) {
	db, other := &program.Pool{}, &program.Pool{}
	first := &program.Dependency{Name: "first", Session: db}
	user := &program.Dependency{Name: "user", Depends: []*program.Dependency{first}}
	second := &program.Dependency{Name: "second", Session: db, Depends: []*program.Dependency{user}}
	check.Equal(t, "direct", program.SessionFor(db, []*program.Dependency{first}), first)
	check.Equal(t, "through another", program.SessionFor(db, []*program.Dependency{user}), first)
	check.Equal(t, "below another session", program.SessionFor(db, []*program.Dependency{second}), first)
	check.Equal(t, "of another pool", program.SessionFor(other, []*program.Dependency{second}), nil)
}
