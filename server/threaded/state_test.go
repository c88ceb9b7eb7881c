package threaded

import "testing"

// Every state has a name.
func TestStateNames(t *testing.T) {
	names := map[string]bool{"": true}
	for s := reading; s <= lingered; s++ {
		if names[s.String()] {
			t.Errorf("state %d: %q is empty or taken", s, s)
		}
		names[s.String()] = true
	}
}
