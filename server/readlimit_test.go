package server_test

import (
	"errors"
	"math"
	"testing"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// PUT /limit accepts what --limit accepts, on every stack, and refuses everything else with the same words.
func TestLimitIsReadAsTheFlagIs(t *testing.T) {
	accepted, refused := 0, 0
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		w := servertest.New(t, stack)
		w.Run(0)
		for _, text := range []string{"1", "7", "0", "-1", "", "x", "1e3", "+3", " 4", "unlimited", "2147483647", "2147483648", "99999999999999999999"} {
			cfg, err := config.Load(config.Sources{
				Args: []string{"--stack=" + v.Stack, "--vintage=" + v.Vintage, "--limit=" + text}, Stacks: stacks.Defaults(),
			})
			n, err2 := w.Workers[0].ReadLimit(text)
			var wrong *config.Error
			switch {
			case errors.As(err, &wrong):
				refused++
				if err2 == nil || err2.Error() != wrong.Reason {
					t.Errorf("%s, %q: got %d, %v; want %s", v.Stack, text, n, err2, wrong.Reason)
				}
			case err != nil || err2 != nil:
				t.Errorf("%s, %q: %v, %v", v.Stack, text, err, err2)
			default:
				accepted++
				want := cfg.Limit
				if want == config.Unlimited {
					want = math.MaxInt32
				}
				if err := (admin.Command{Do: admin.Limit, N: n}).Check(); err != nil || n != want {
					t.Errorf("%s, %q: got %d, %v; want %d", v.Stack, text, n, err, want)
				}
			}
		}
	}
	if accepted == 0 || refused == 0 {
		t.Errorf("%d accepted, %d refused", accepted, refused)
	}
}
