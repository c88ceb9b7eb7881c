//go:build unix

package driver_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// A command runs in a folder with its files, which is removed with the server.
func TestACommandsFiles(t *testing.T) {
	p, err := driver.Start(t.Context(), driver.Command{
		Args: []string{"sh", "-c", "cat app.py; pwd"}, Dir: "/nowhere", Files: map[string]string{"app.py": "text\n"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !p.AwaitLines(5*time.Second, func(lines []driver.Line) bool { return len(lines) == 2 }) {
		t.Fatalf("it said %v", p.Lines())
	}
	if _, ended := p.AwaitExit(5 * time.Second); !ended {
		t.Error("it has not ended")
	}
	lines := p.Lines()
	if err := p.Kill(); err != nil {
		t.Error(err)
	}
	if lines[0].Text != "text" {
		t.Errorf("the file has %q", lines[0].Text)
	}
	if _, err := os.Stat(lines[1].Text); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder %s is still there: %v", lines[1].Text, err)
	}
}

// The reason why there is no command is told.
func TestNoCommand(t *testing.T) {
	_, err := driver.Start(t.Context(), driver.Command{Err: errors.New("for this reason")})
	if err == nil || !strings.Contains(err.Error(), "for this reason") {
		t.Errorf("the error is %v", err)
	}
}
