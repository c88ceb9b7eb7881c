package targettest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/internal/tracetext"
	"github.com/target-server/target-server/targettest"
)

// A fixture writes a trace too, in virtual time, whole once the server has ended.
func TestTrace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.pftrace")
	synctest.Test(t, func(t *testing.T) {
		s := targettest.New(t, targettest.InMemory(), targettest.Limit(1), targettest.Sleep(4*time.Second), targettest.Set("trace", path))
		for _, id := range []string{"1", "2"} {
			go func() { _, _ = get(s, "/?id="+id) }()
			synctest.Wait()
		}
		time.Sleep(20 * time.Second)
		s.Close()
	})
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := tracetext.Lines(text)
	if err != nil || len(lines) != 14 || len(tracetext.Unbalanced(lines)) > 0 {
		t.Errorf("%d lines, %v:\n%s", len(lines), err, strings.Join(lines, "\n"))
	}
}
