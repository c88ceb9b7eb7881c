package server_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/modes"
)

// traces is how many plans of each mode and vintage are compared.
const traces = 100

// traceOf is all that is seen of the plan of a seed, by clients and in logs.
func traceOf(mode, vintage string, seed int) string {
	plans := rapid.Custom(func(t *rapid.T) plan { return drawPlan(t, mode, vintage) })
	return carryOut(plans.Example(seed)).trace.String()
}

// everyTrace is those of all modes, vintages and seeds, each under its name.
func everyTrace() string {
	var all strings.Builder
	for _, m := range modes.OnAsyncio() {
		for _, vintage := range []string{config.Vintage202303, config.VintageCurrent} {
			for seed := range traces {
				fmt.Fprintf(&all, "=== %s at %s, seed %d\n%s", m.Name, vintage, seed, traceOf(m.Name, vintage, seed))
			}
		}
	}
	return all.String()
}

// printTraces in the environment makes TestTraces print them.
const printTraces = "TARGET_SERVER_TEST_PRINT_TRACES"

// TestTraces is the part of TestSameSeedSameTrace that is a process of its own.
func TestTraces(t *testing.T) {
	file := os.Getenv(printTraces)
	if file == "" {
		t.Skip("prints the traces for TestSameSeedSameTrace")
	}
	if err := os.WriteFile(file, []byte(everyTrace()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The same seed gives the same run, to the byte and the nanosecond: again, on
// one processor, and in another process.
func TestSameSeedSameTrace(t *testing.T) {
	want := everyTrace()
	compareTraces(t, "again", want, everyTrace())
	processors := runtime.GOMAXPROCS(1)
	one := everyTrace()
	runtime.GOMAXPROCS(processors)
	compareTraces(t, "on one processor", want, one)
	file := t.TempDir() + "/traces"
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTraces$")
	other.Env = append(os.Environ(), printTraces+"="+file, "GOMAXPROCS="+strconv.Itoa(processors+2))
	if out, err := other.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compareTraces(t, "in another process", want, string(text))
}

// compareTraces shows where two traces begin to differ.
func compareTraces(t *testing.T, when, want, got string) {
	t.Helper()
	if got == want {
		return
	}
	name, lines := "", strings.Split(got, "\n")
	for i, line := range strings.Split(want, "\n") {
		if strings.HasPrefix(line, "=== ") {
			name = line
		}
		if i >= len(lines) || lines[i] != line {
			t.Fatalf("%s: %s parts from itself at line %d:\n%s\n%s", when, name, i, line, lines[min(i, len(lines)-1)])
		}
	}
	t.Fatalf("%s: the trace is longer", when)
}

// Other seeds give other runs.
func TestOtherSeedsOtherTraces(t *testing.T) {
	seen := map[string]bool{}
	for seed := range traces {
		seen[traceOf("threadpool", config.Vintage202303, seed)] = true
	}
	check.Equal(t, "traces", len(seen), traces)
}
