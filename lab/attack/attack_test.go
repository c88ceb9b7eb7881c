package attack

import (
	"os"
	"path/filepath"
	"testing"
)

func TestEveryFaultFitsTheSource(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	found := map[Check]bool{}
	for _, f := range Faults() {
		if _, err := f.Edited(root); err != nil {
			t.Error(err)
		}
		found[f.Finds] = true
	}
	for _, c := range Checks() {
		if !found[c] {
			t.Errorf("no fault shows that %q can fail", c)
		}
	}
}

// A seed determines the round, and its printed form.
func TestSeedMakesRound(t *testing.T) {
	for _, target := range Targets("", "") {
		for seed := range uint64(4) {
			first, err := NewRound(seed, target.Stack, target.Vintage)
			if err != nil {
				t.Fatal(err)
			}
			if second, _ := NewRound(seed, target.Stack, target.Vintage); second.String() != first.String() {
				t.Fatalf("seed %d gave two rounds on %v", seed, target)
			}
			if !accepted(first.Flags) {
				t.Errorf("seed %d: %v refuses %q", seed, target, first.Flags)
			}
		}
	}
}

func TestRoundSeed(t *testing.T) {
	if RoundSeed(42, 0) != 42 || RoundSeed(42, 1) == RoundSeed(43, 0) {
		t.Error("want the attack's seed for the first round, and other seeds for the others")
	}
}

func TestGroup(t *testing.T) {
	self, id := look(os.Getpid())
	if id == 0 || self.pid != os.Getpid() || self.parent != os.Getppid() || !self.weigh() || self.descriptors < 3 || self.resident < 1<<20 {
		t.Errorf("this process: %+v of group %d", self, id)
	}
	there := false
	for _, p := range group(id) {
		there = there || p.pid == os.Getpid()
	}
	if !there {
		t.Error("this process is missing from its own group")
	}
}
