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
			t.Errorf("two scenarios are called %s", s.Name)
		}
		seen[s.Name] = true
		if s.Name != strings.ToLower(s.Name) || strings.ContainsAny(s.Name, " _/") {
			t.Errorf("%q is no name for a file", s.Name)
		}
		if len(s.About) < 20 || s.Play == nil || s.Server.Mode == "" {
			t.Errorf("%s: About, Play and the mode must be set", s.Name)
		}
		for _, v := range s.Vintages {
			if !slices.Contains(servers.Vintages(), v) {
				t.Errorf("%s: vintage %q does not exist", s.Name, v)
			}
		}
	}
}

// flooded is a connection on which more came than is kept.
type flooded struct{ Conn }

func (flooded) Leave() error              { return nil }
func (flooded) End() (driver.Event, bool) { return driver.Event{Kind: driver.Overflow}, true }

// What a scenario found on a record that is not whole does not count.
func TestRecordThatIsNotWhole(t *testing.T) {
	s := NewStage(written{})
	s.clients = append(s.clients, &Client{stage: s}, &Client{stage: s, conn: flooded{}})
	s.Close()
	if _, err := s.Found(); !errors.Is(err, driver.ErrConnLimit) {
		t.Errorf("got %v, want the limit", err)
	}
}
