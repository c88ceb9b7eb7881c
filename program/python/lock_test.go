package python_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program/python"
)

// What gil does lets no other thread run, for as long as it says and whatever signal comes; what cpu does lets others run.
func TestRealFrameworksKeepTheLock(t *testing.T) {
	for _, environment := range environments(t) {
		vintage := filepath.Base(filepath.Dir(filepath.Dir(environment)))
		text := python.FastAPI(read(t, "compute.yaml"), python.Options{File: "compute.yaml", Stack: "uvicorn", Vintage: vintage})
		cmd := exec.CommandContext(t.Context(), environment, filepath.Join("testdata", "real", "lock.py"))
		cmd.Stdin = strings.NewReader(text)
		output, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", environment, err)
		}
		type measured struct {
			Count   int     `json:"count"`
			Seconds float64 `json:"seconds"`
		}
		var got struct {
			Slept, Kept, Computed, Interrupted measured
		}
		if err := json.Unmarshal(output, &got); err != nil {
			t.Fatalf("%s: %v\n%s", environment, err, output)
		}
		t.Logf("%s: %+v", environment, got)
		const seconds, some = 0.4, 5
		check.Equal(t, "another thread runs during sleep", got.Slept.Count > some, true)
		check.Equal(t, "and during cpu", got.Computed.Count > some, true)
		check.Equal(t, "but hardly before and after gil, and not during it", got.Kept.Count <= some, true)
		check.Equal(t, "gil takes its time", got.Kept.Seconds >= seconds, true)
		check.Equal(t, "also with a signal", got.Interrupted.Seconds >= seconds, true)
		check.Equal(t, "cpu takes at least its time", got.Computed.Seconds >= seconds, true)
	}
}
