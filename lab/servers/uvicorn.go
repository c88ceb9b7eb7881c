package servers

import (
	"strconv"

	"github.com/target-server/target-server/lab/driver"
)

// Uvicorn is the stack of a Config without a Stack.
const Uvicorn = "uvicorn"

// onASGI are the packages that every server with FastAPI uses.
var onASGI = []string{"fastapi", "starlette", "anyio", "pydantic"}

func uvicornServer() oracle {
	return oracle{
		stack: Uvicorn, in: python(), up: uvicornUp,
		packages: append([]string{"uvicorn", "uvloop", "httptools", "h11", "websockets"}, onASGI...),
		command: func(home string, cfg Config, port int) driver.Command {
			args := []string{"-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", strconv.Itoa(port)}
			args = appendText(args, "--loop", cfg.Loop)
			args = appendText(args, "--http", cfg.HTTP)
			args = appendCounts(args, cfg)
			args = appendSeconds(args, "--timeout-keep-alive", cfg.KeepAlive)
			args = appendSeconds(args, "--timeout-graceful-shutdown", cfg.GracefulTimeout)
			args = appendLines(args, cfg.Flags)
			return onPython(home, cfg, args)
		},
	}
}

func uvicornUp(cfg Config, lines []driver.Line) bool {
	return count(lines, "Uvicorn running on") > 0 && count(lines, "Application startup complete.") >= cfg.processes()
}
