package boundaries

import (
	"reflect"
	"strings"
	"testing"
)

// The name of a sequence says what was sent: it depends on the seed, and not on how many are generated.
func TestASequenceDependsOnItsNameAndTheSeed(t *testing.T) {
	few, many := Generate(Seed, 40), Generate(Seed, 400)
	if !reflect.DeepEqual(few, many[:40]) {
		t.Error("the first 40 of 400 sequences are not those of 40")
	}
	if !reflect.DeepEqual(many, Generate(Seed, 400)) {
		t.Error("the same seed gave other sequences")
	}
	if reflect.DeepEqual(few, Generate(Seed+1, 40)) {
		t.Error("another seed gave the same sequences")
	}
}

func TestAsManyOfEachFamilyAreRecorded(t *testing.T) {
	if n := len(Families()); Recorded%n != 0 {
		t.Errorf("%d sequences of %d families", Recorded, n)
	}
}

// Every sequence has bytes in each piece, a name of its own, and few are sent twice.
func TestSequencesDiffer(t *testing.T) {
	names, texts := map[string]bool{}, map[string]bool{}
	all := Generate(Seed, 2000)
	for _, s := range all {
		if names[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		names[s.Name], texts[strings.Join(s.Pieces, "|")] = true, true
		for _, piece := range s.Pieces {
			if piece == "" && s.Pieces[0] != "" && len(s.Pieces) == 1 {
				t.Errorf("%s has an empty piece: %q", s.Name, s.Pieces)
			}
		}
	}
	if len(texts) < len(all)*9/10 {
		t.Errorf("of %d sequences only %d differ", len(all), len(texts))
	}
}
