package node_test

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/stacks/node"
)

// As new URLSearchParams(query).get("id") of Node 18.15.0 answers, where each byte is a character.
func TestGet(t *testing.T) {
	tests := []struct {
		query, want string
		found       bool
	}{
		{query: ""},
		{query: "x=1"},
		{query: "id", found: true},
		{query: "id=", found: true},
		{query: "id=1&id=2", want: "1", found: true},
		{query: "&&id=1", want: "1", found: true},
		{query: "i%64=a+b%20c", want: "a b c", found: true},
		{query: "id=a=b?c", want: "a=b?c", found: true},
		{query: "id=%C3%A4", want: "ä", found: true},
		{query: "id=%ff%zz%", want: "\ufffd%zz%", found: true},
		{query: "id=\xe9", want: "é", found: true},
		{query: "id=\xe9%41", want: "éA", found: true},
		{query: "id=\xe9%e9", want: "\ufffd\ufffd", found: true},
		{query: "id=\xe9%/1", want: "é%/1", found: true},
	}
	for _, test := range tests {
		if got, found := node.Get(test.query, "id"); got != test.want || found != test.found {
			t.Errorf("Get(%q): wanted %q, %v, got %q, %v (alone: %s)", test.query, test.want, test.found, got, found,
				check.Alone(t))
		}
	}
}
