package server

import (
	"os"

	"github.com/target-server/target-server/limiter"
)

// Statistics is what a worker looked like at one moment.
type Statistics struct {
	Worker  int                `json:"worker"` // process id
	Limiter limiter.Statistics `json:"limiter"`
}

// Statistics returns a snapshot, from any goroutine, also while the loop is
// blocked.
func (w *Worker) Statistics() Statistics {
	return Statistics{Worker: os.Getpid(), Limiter: w.shared.Limiter.Statistics(w.loop.Now())}
}
