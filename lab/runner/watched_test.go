package runner_test

import (
	"slices"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/servers"
)

// The admin address is open, except where a scenario counts descriptors.
func TestWatchedOpensTheAdminAddress(t *testing.T) {
	w := runner.NewWatched(servers.Ours{Binary: "target-server"})
	for files, want := range map[int]bool{0: true, 40: false} {
		args := w.Command(servers.Config{Mode: "threadpool", OpenFiles: files}, 18000).Args
		check.Equal(t, "with an admin address", slices.Contains(args, "127.0.0.2:20000"), want)
	}
	check.Equal(t, "so far", w.String(), "watched: 0 frames of the live page, 0 scrapes of the metrics")
}
