package stacks

import (
	"maps"
	"time"

	"github.com/target-server/target-server/config"
)

func hypercornDefaults202303(stack, loop string) config.Defaults {
	return config.Defaults{
		Summary: "FastAPI 0.94.1 on Hypercorn 0.14.3, " + loop + " workers",
		Values:  hypercornValues(stack, config.Vintage202303),
		Refuses: hypercornRefuses(map[string]string{
			"limit-max-requests": "hypercorn 0.14.3 has no such option, which came with 0.16.0 as --max-requests; --vintage current has it",
		}),
	}
}

func hypercornDefaultsCurrent(stack, loop string) config.Defaults {
	return config.Defaults{
		Summary: "FastAPI 0.165.0 on Hypercorn 0.18.0, " + loop + " workers",
		Values:  hypercornValues(stack, config.VintageCurrent),
		Refuses: hypercornRefuses(nil),
	}
}

// hypercornRefuses is what no version of Hypercorn has, with what one has not.
func hypercornRefuses(more map[string]string) map[string]string {
	refuses := map[string]string{
		"app=flask":         "the article's program runs on FastAPI here; hypercorn would wrap Flask in threads of its own",
		"limit-concurrency": "hypercorn has no such limit; it is uvicorn's",
		"timeout":           "hypercorn has no such option; it is gunicorn's",
		"loop":              "hypercorn has the loop in its worker class: --stack hypercorn, hypercorn-uvloop or hypercorn-trio",
		"http":              "hypercorn has one parser for HTTP/1.1, h11",
	}
	maps.Copy(refuses, more)
	return refuses
}

// hypercornValues are the defaults of hypercorn.config.Config, which the two
// vintages share, and anyio's 40 threads.
func hypercornValues(stack, vintage string) config.Config {
	c := usual(stack, vintage)
	c.App, c.Limit = "fastapi", 40
	c.Backlog, c.KeepAlive, c.GracefulTimeout = 100, 5*time.Second, 3*time.Second
	return c
}
