package pacing

import (
	"context"
	"fmt"
	"time"

	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/pace"
)

// Sleep is that of the requests that sleep.
const Sleep = 5 * time.Millisecond

// Clients are the numbers of clients: those for which costs have an anchor.
var Clients = []int{1, 16, 64}

// Setup is a server as it is measured.
type Setup struct {
	servers.Config
	Async bool
}

// Name is what tables call it.
func (s Setup) Name() string {
	function := "def"
	if s.Async {
		function = "async"
	}
	return fmt.Sprintf("%s, %v", function, s.Sleep)
}

// Setups are those of a server: the article's handlers without a sleep and with one. stack, vintage, loop and http are
// as in pace.Key.
func Setups(stack, vintage, loop, http string) []Setup {
	cfg := servers.Config{Stack: stack, Vintage: vintage, Loop: loop, HTTP: http, Mode: "threadpool"}
	var all []Setup
	switch stack {
	case "gunicorn-gthread", "waitress":
		cfg.Limit = 40 // as many as FastAPI has
	case "uvicorn", "hypercorn", "hypercorn-uvloop", "gunicorn-uvicorn":
		async := cfg
		async.Mode = "cooperative"
		all = both(async, true)
	case "hypercorn-trio": // where asyncio.sleep fails
		async := cfg
		async.Mode = "async-misuse"
		all = both(async, true)[:1]
	}
	return append(all, both(cfg, false)...)
}

func both(cfg servers.Config, async bool) []Setup {
	asleep := cfg
	asleep.Sleep = Sleep
	return []Setup{{cfg, async}, {asleep, async}}
}

// Key is the key of the table of costs.
func (s Setup) Key() string { return pace.Key(s.Vintage, s.Loop, s.HTTP) }

// warm has a server answer for a while before it is measured.
func warm(ctx context.Context, r *running) error {
	_, err := load{addr: r.addr, conns: 4, last: 400 * time.Millisecond}.run(ctx)
	return err
}
