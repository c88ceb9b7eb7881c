package modes_test

import (
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// All jobs run at once, whatever the limit, each for its own time.
func TestCooperativeSleepsOverlap(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 1, limiter.LIFO)
		w.start(0, modes.Cooperative, "a", 4*time.Second)
		w.start(1*time.Second, modes.Cooperative, "b", 1*time.Second)
		w.Run(time.Hour)
		w.saw("0s a begins on MainThread 0", "1s b begins on MainThread 0", "2s b ends on MainThread 0", "2s b answers",
			"4s a ends on MainThread 0", "4s a answers")
	})
}

// asyncio.sleep(0) yields: steps that are runnable already go first.
func TestCooperativeWithoutSleepYields(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 1, limiter.LIFO)
		w.start(0, modes.Cooperative, "a", 0)
		w.start(0, modes.AsyncMisuse, "b", 0)
		w.Run(time.Hour)
		w.saw("0s a begins on MainThread 0", "0s b begins on MainThread 0", "0s b ends on MainThread 0", "0s b answers",
			"0s a ends on MainThread 0", "0s a answers")
	})
}
