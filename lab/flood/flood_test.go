package flood_test

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/flood"
	"github.com/target-server/target-server/lab/servers"
)

// The crowds that once made memory grow without bound, each for a few seconds. All others are tried by
// go run ./lab/cmd/flood.
func TestCrowds(t *testing.T) {
	switch {
	case runtime.GOOS != "linux":
		t.Skip("the memory of a process is read from /proc")
	case testing.Short():
		t.Skip("takes about ten seconds")
	}
	t.Chdir("../..")
	binary, clean, err := servers.BuildTarget(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer clean()
	for _, test := range []struct{ stack, kind string }{
		{"gunicorn-gthread", "pipelined"}, {"waitress", "pipelined-404"}, {"hypercorn", "h2-pings"},
	} {
		kind := flood.Kinds()[slices.IndexFunc(flood.Kinds(), func(k flood.Kind) bool { return k.Name == test.kind })]
		o, err := flood.Run(t.Context(), binary, kind, 3*time.Second, "--stack="+test.stack)
		switch {
		case err != nil:
			t.Errorf("%s, %s: %v", test.stack, test.kind, err)
		case o.Memory > flood.MostMemory:
			t.Errorf("%s, %s: %d MB, at most %d MB are allowed (only this: go run ./lab/cmd/flood --stack %[1]s --kind %[2]s)",
				test.stack, test.kind, o.Memory>>20, flood.MostMemory>>20)
		}
	}
}
