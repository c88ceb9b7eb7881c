package servers

import (
	"fmt"

	"github.com/target-server/target-server/lab/driver"
)

// gunicornServers are gunicorn with each of the worker classes that the article and its comparisons use.
func gunicornServers() []oracle {
	asgi := append([]string{"gunicorn", "uvicorn", "uvicorn-worker", "uvloop", "httptools", "h11"}, onASGI...)
	wsgi := []string{"gunicorn", "flask", "werkzeug", "fastapi"}
	return []oracle{
		{stack: "gunicorn-uvicorn", in: python(), command: gunicornUvicorn, up: gunicornUvicornUp, packages: asgi},
		{stack: "gunicorn-sync", in: python(), command: gunicornSync, up: gunicornUp, packages: wsgi},
		{stack: "gunicorn-gthread", in: python(), command: gunicornGthread, up: gunicornUp, packages: wsgi},
	}
}

func gunicornUvicorn(home string, cfg Config, port int) driver.Command {
	class := "uvicorn.workers.UvicornWorker"
	if cfg.Vintage == VintageCurrent { // where it is a separate package
		class = "uvicorn_worker.UvicornWorker"
	}
	return gunicorn(home, cfg, port, "app:app", class)
}

func gunicornSync(home string, cfg Config, port int) driver.Command {
	return gunicorn(home, cfg, port, wsgiProgram(cfg), "sync")
}

func gunicornGthread(home string, cfg Config, port int) driver.Command {
	return gunicorn(home, cfg, port, wsgiProgram(cfg), "gthread", appendCount(nil, "--threads", cfg.Limit)...)
}

// wsgiProgram is what a WSGI worker loads: the printed program, or one of the article's. FastAPI starts in it, but fails on
// the first request, as the article found.
func wsgiProgram(cfg Config) string {
	if cfg.App == "fastapi" || cfg.Program != "" {
		return "app:app"
	}
	return "flask_app:app"
}

func gunicorn(home string, cfg Config, port int, program, class string, more ...string) driver.Command {
	args := []string{"-m", "gunicorn", program, "--worker-class", class}
	args = append(appendAccessLog(args, cfg), "--bind", fmt.Sprintf("127.0.0.1:%d", port))
	if cfg.Vintage == VintageCurrent { // in a file next to the program: the default is one file for all in the home folder
		more = append(more, "--control-socket", fmt.Sprintf("gunicorn-%d.ctl", port))
	}
	args = appendShared(append(args, more...), cfg)
	return onPython(home, cfg, appendSeconds(args, "--timeout", cfg.Timeout))
}

// gunicornUp: the socket listens before the workers have loaded the application; until then connections
// wait in the kernel.
func gunicornUp(cfg Config, lines []driver.Line) bool {
	return count(lines, "Listening at") > 0 && count(lines, "Booting worker") >= cfg.processes()
}

func gunicornUvicornUp(cfg Config, lines []driver.Line) bool {
	return count(lines, "Listening at") > 0 && count(lines, "Application startup complete.") >= cfg.processes()
}

// appendShared appends the flags that are the same for Hypercorn and gunicorn.
func appendShared(args []string, cfg Config) []string {
	args = appendCount(args, "--workers", cfg.Workers)
	args = appendCount(args, "--backlog", cfg.Backlog)
	args = appendCount(args, "--max-requests", cfg.LimitMaxRequests)
	args = appendText(args, "--access-logformat", cfg.AccessLogFormat)
	args = appendSeconds(args, "--keep-alive", cfg.KeepAlive)
	return appendSeconds(args, "--graceful-timeout", cfg.GracefulTimeout)
}
