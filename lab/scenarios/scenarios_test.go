package scenarios

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

func TestScenariosAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range All() {
		if seen[s.Name] {
			t.Errorf("two scenarios have the name %s", s.Name)
		}
		seen[s.Name] = true
		if s.Name != strings.ToLower(s.Name) || strings.ContainsAny(s.Name, " _/") {
			t.Errorf("%q cannot be a file name", s.Name)
		}
		if len(s.About) < 20 || s.Play == nil || s.Server.Mode+s.Server.Program == "" {
			t.Errorf("%s: About, Play and the mode or program must be set", s.Name)
		}
		for _, v := range s.Vintages {
			if !slices.Contains(servers.Vintages(), v) {
				t.Errorf("%s: unknown vintage %q", s.Name, v)
			}
		}
	}
}

// flooded is a connection that received more than is kept.
type flooded struct{ Conn }

func (flooded) Leave() error              { return nil }
func (flooded) End() (driver.Event, bool) { return driver.Event{Kind: driver.Overflow}, true }

// Facts from an incomplete record do not count.
func TestRecordThatIsNotWhole(t *testing.T) {
	s := NewStage(written{})
	s.clients = append(s.clients, &Client{stage: s}, &Client{stage: s, conn: flooded{}})
	s.Close()
	if _, err := s.Found(); !errors.Is(err, driver.ErrConnLimit) {
		t.Errorf("got %v, want an error that names the limit", err)
	}
}
