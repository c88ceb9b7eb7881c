package modes_test

import (
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// While one job runs nothing else happens, and each answers before the next
// begins.
func TestAsyncMisuseBlocksTheLoop(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 40, limiter.LIFO)
		w.start(0, modes.AsyncMisuse, "a", 4*time.Second)
		w.start(1*time.Second, modes.AsyncMisuse, "b", 4*time.Second)
		w.start(2*time.Second, modes.Cooperative, "c", 1*time.Second)
		w.Run(time.Hour)
		w.saw("0s a begins on MainThread 0", "4s a ends on MainThread 0", "4s a answers",
			"4s b begins on MainThread 0", "8s b ends on MainThread 0", "8s b answers",
			"8s c begins on MainThread 0", "9s c ends on MainThread 0", "9s c answers")
	})
}
