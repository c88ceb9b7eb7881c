package server

import (
	"errors"
	"testing"

	"github.com/target-server/target-server/config"
)

// An address that other machines can reach is refused, both by what its name resolves to, before
// anything is bound, and by what was bound.
func TestAddressThatOthersReach(t *testing.T) {
	for addr, exposed := range map[string]bool{"localhost:0": false, "127.0.0.1:0": false, "0.0.0.0:0": true, "[::]:0": true, ":0": true} {
		cfg := config.Config{AdminAddr: addr}
		l, err := listenAdmin(t.Context(), cfg)
		if wrong := new(config.Error); errors.As(err, &wrong) != exposed || (l == nil) != exposed {
			t.Errorf("%s is opened: %v, %v", addr, l, err)
		}
		if l != nil {
			l.Close()
		}
		if err := checkAdmin(t.Context(), cfg); addr != ":0" && (err != nil) != exposed {
			t.Errorf("%s: %v", addr, err)
		}
		for _, guarded := range []config.Config{{AdminAddr: addr, AdminOpen: true}, {AdminAddr: addr, AdminToken: "hush"}} {
			l, err := listenAdmin(t.Context(), guarded)
			if err := errors.Join(err, checkAdmin(t.Context(), guarded)); err != nil {
				t.Errorf("%+v: %v", guarded, err)
				continue
			}
			l.Close()
		}
	}
	for _, cfg := range []config.Config{{}, {AdminAddr: "no-such-name.invalid:0"}} { // this one fails when it is bound
		if err := checkAdmin(t.Context(), cfg); err != nil {
			t.Errorf("%q: %v", cfg.AdminAddr, err)
		}
	}
}
