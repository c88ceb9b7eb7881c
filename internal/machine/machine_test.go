package machine_test

import (
	"regexp"
	"runtime"
	"testing"

	"github.com/target-server/target-server/internal/machine"
)

func TestHere(t *testing.T) {
	want := `^\d+ cores, \w+, \w+, (Go |devel)`
	if runtime.GOOS == "linux" {
		want = `^\d+ cores, Linux \d+\.\d+[^-]*, \w+, (Go |devel)`
	}
	if got := machine.Here().String(); !regexp.MustCompile(want).MatchString(got) {
		t.Errorf("got %q, want it to match %s", got, want)
	}
}
