package article

import (
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// hypercorn are the experiments with plain functions on Hypercorn.
func hypercorn() []Experiment {
	of := func(name, stack, saw string, limit int) Experiment {
		return Experiment{
			Name: name, Saw: saw, Scale: inHundreds,
			Server: servers.Config{Stack: stack, Mode: threadpool, Sleep: 5 * time.Second, Limit: limit, RunVar: limit > 0}, Play: most,
		}
	}
	return []Experiment{
		of("hypercorn", "hypercorn", "like Uvicorn: 40", 0),
		of("hypercorn-resized", "hypercorn", "resized the same way", 200),
		of("hypercorn-trio", "hypercorn-trio", "`Trio worker thread 0`, `1`, …: 40", 0),
		of("hypercorn-trio-resized", "hypercorn-trio", "the `RunVar` has no effect, and no other way was found", 200),
		of("hypercorn-uvloop", "hypercorn-uvloop", "`AnyIO worker thread`, 40", 0),
		of("hypercorn-uvloop-resized", "hypercorn-uvloop", "resized as with asyncio", 200),
	}
}
