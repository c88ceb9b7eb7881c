package stacks

import (
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/hypercorn"
	"github.com/target-server/target-server/server/supervisor"
)

// hypercorn202303 is FastAPI 0.94.1 on Hypercorn 0.14.3 with asyncio workers,
// anyio 3.6.2, h11 0.14.0 and Python 3.11.
func hypercorn202303() *Stack {
	return &Stack{
		Defaults: hypercornDefaults202303("hypercorn", "asyncio"),
		Loops:    map[string]eventloop.Flavour{"auto": eventloop.Asyncio},
		HTTP:     map[string]http1.Protocol{"auto": hypercorn.H11v0143},
		Modes:    modes.OnAsyncio(), Order: limiter.LIFO, Threads: modes.AnyIO,
		Apps: map[string]Application{"fastapi": fastapi202303()},
		Life: LifeHypercorn, Lines: LinesHypercorn, Lifecycle: Lifecycle{StartupFailure: 1, Ignores: []string{"INT"}},
		Parent: supervisor.Hypercorn014(), Supervised: true,
	}
}

// hypercornCurrent is FastAPI 0.165.0 on Hypercorn 0.18.0 with asyncio workers,
// anyio 4.16.0, h11 0.16.0 and Python 3.11.
func hypercornCurrent() *Stack {
	return &Stack{
		Defaults: hypercornDefaultsCurrent("hypercorn", "asyncio"),
		Loops:    map[string]eventloop.Flavour{"auto": eventloop.Asyncio},
		HTTP:     map[string]http1.Protocol{"auto": hypercorn.H11v0180},
		Modes:    modes.OnAsyncio(), Order: limiter.FIFO, Threads: modes.AnyIO,
		Apps: map[string]Application{"fastapi": fastapiCurrent()},
		Life: LifeHypercorn, Lines: LinesHypercorn, Lifecycle: Lifecycle{StartupFailure: 1, Ignores: []string{"INT"}},
		Parent: supervisor.Hypercorn018(), Supervised: true,
	}
}

// hypercornUvloop202303 is the same with uvloop 0.17.0.
func hypercornUvloop202303() *Stack {
	s := hypercorn202303()
	s.Defaults = hypercornDefaults202303("hypercorn-uvloop", "uvloop 0.17")
	s.Loops = map[string]eventloop.Flavour{"auto": eventloop.Uvloop017}
	return s
}

// hypercornUvloopCurrent is the same with uvloop 0.23.0.
func hypercornUvloopCurrent() *Stack {
	s := hypercornCurrent()
	s.Defaults = hypercornDefaultsCurrent("hypercorn-uvloop", "uvloop 0.23")
	s.Loops = map[string]eventloop.Flavour{"auto": eventloop.Uvloop023}
	return s
}
