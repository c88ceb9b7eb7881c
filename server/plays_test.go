package server_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain plays each random test fewer times than rapid's hundred: they run for every stack and mode, each run has
// other seeds, and the suite should stay short. RAPID_CHECKS and -rapid.checks still decide if they are given.
func TestMain(m *testing.M) {
	if os.Getenv("RAPID_CHECKS") == "" {
		if err := flag.Set("rapid.checks", "30"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
