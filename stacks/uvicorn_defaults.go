package stacks

import (
	"time"

	"github.com/target-server/target-server/config"
)

const (
	noFlaskOnUvicorn   = "uvicorn serves ASGI applications, and Flask is a WSGI one"
	noTimeoutOnUvicorn = "uvicorn has no such option; it is gunicorn's"
)

func uvicorn202303Defaults() config.Defaults {
	return config.Defaults{
		Summary: "FastAPI 0.94.1 on Uvicorn 0.21.1, uvloop 0.17 and httptools 0.5",
		Values:  uvicornValues(config.Vintage202303),
		Refuses: map[string]string{
			"app=flask":        noFlaskOnUvicorn,
			"timeout":          noTimeoutOnUvicorn,
			"graceful-timeout": "uvicorn 0.21.1 waits without end and has no such option, which came with 0.22.0; --vintage current has it",
		},
	}
}

func uvicornCurrentDefaults() config.Defaults {
	return config.Defaults{
		Summary: "FastAPI 0.165.0 on Uvicorn 0.54.0, uvloop 0.23 and httptools 0.9",
		Values:  uvicornValues(config.VintageCurrent),
		Refuses: map[string]string{
			"app=flask": noFlaskOnUvicorn,
			"timeout":   noTimeoutOnUvicorn,
		},
	}
}

// uvicornValues are the defaults of uvicorn.Config, which the two vintages share, and anyio's 40 threads.
func uvicornValues(vintage string) config.Config {
	c := usual("uvicorn", vintage)
	c.App, c.Limit = "fastapi", 40
	c.Backlog, c.KeepAlive = 2048, 5*time.Second
	return c
}
