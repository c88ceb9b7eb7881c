package config

import "time"

// BuiltIn are stacks to test with.
func BuiltIn() []Defaults {
	return []Defaults{uvicorn202303(), uvicornCurrent()}
}

const (
	noFlaskOnUvicorn   = "uvicorn serves ASGI applications, and Flask is a WSGI one"
	noTimeoutOnUvicorn = "uvicorn has no such option; it is gunicorn's"
)

func uvicorn202303() Defaults {
	return Defaults{
		Summary: "FastAPI 0.94.1 on Uvicorn 0.21.1, uvloop 0.17 and httptools 0.5",
		Values:  uvicornValues(Vintage202303),
		Refuses: map[string]string{
			"app=flask":        noFlaskOnUvicorn,
			"timeout":          noTimeoutOnUvicorn,
			"graceful-timeout": "uvicorn 0.21.1 waits without end and has no such option, which came with 0.22.0; --vintage current has it",
		},
	}
}

func uvicornCurrent() Defaults {
	return Defaults{
		Summary: "FastAPI on Uvicorn, both of today",
		Values:  uvicornValues(VintageCurrent),
		Refuses: map[string]string{
			"app=flask": noFlaskOnUvicorn,
			"timeout":   noTimeoutOnUvicorn,
		},
	}
}

// uvicornValues are the defaults of uvicorn.Config, which the two vintages share, and anyio's 40 threads.
func uvicornValues(vintage string) Config {
	return Config{
		Addr:            ":8080",
		Stack:           "uvicorn",
		Vintage:         vintage,
		Mode:            "threadpool",
		App:             "fastapi",
		Limit:           40,
		Queue:           Unlimited,
		Workers:         1,
		Sleep:           5 * time.Second,
		Backlog:         2048,
		KeepAlive:       5 * time.Second,
		Timeout:         NoTimeout,
		GracefulTimeout: NoTimeout,
		Loop:            "auto",
		HTTP:            "auto",
		LogFormat:       "native",
	}
}
