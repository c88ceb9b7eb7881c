package servers

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// Real is a real server with the article's program on it, in the environments
// under Dir, one folder a vintage.
type Real struct {
	Dir string
}

// Name is "real".
func (Real) Name() string { return "real" }

// Command starts the server that cfg.Stack names, with its own flags. What it
// has no flag for is left out.
func (r Real) Command(cfg Config, port int) driver.Command {
	home := filepath.Join(r.Dir, cfg.Vintage)
	args := []string{filepath.Join(home, "bin", "python")}
	switch cfg.Stack {
	case "", "uvicorn":
		args = append(args, uvicorn(cfg, port)...)
	case "hypercorn", "hypercorn-uvloop", "hypercorn-trio":
		args = append(args, hypercorn(cfg, port)...)
	case "gunicorn-uvicorn", "gunicorn-sync", "gunicorn-gthread":
		args = append(args, gunicorn(cfg, port)...)
	case "flask", "flask-single":
		args = append(args, "flask_app.py")
	}
	return driver.Command{Args: cfg.limited(args), Env: environment(cfg, port), Dir: home}
}

// Stacks lists the real servers that can be started.
func Stacks() []string {
	return []string{
		"uvicorn", "hypercorn", "hypercorn-uvloop", "hypercorn-trio", "gunicorn-uvicorn", "gunicorn-sync", "gunicorn-gthread",
		"flask", "flask-single",
	}
}

// environment tells the program what to do.
func environment(cfg Config, port int) []string {
	env := []string{
		"APP_MODE=" + cfg.Mode,
		fmt.Sprintf("APP_SLEEP=%g", cfg.Sleep.Seconds()),
		fmt.Sprintf("APP_LIMIT=%d", cfg.Limit),
	}
	if cfg.NumbersThreads {
		env = append(env, "APP_IDENT=native")
	}
	switch cfg.Stack {
	case "flask":
		env = append(env, fmt.Sprintf("APP_PORT=%d", port), "APP_THREADED=1")
	case "flask-single":
		env = append(env, fmt.Sprintf("APP_PORT=%d", port), "APP_THREADED=0")
	}
	return env
}

func uvicorn(cfg Config, port int) []string {
	args := []string{"-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", strconv.Itoa(port)}
	args = appendText(args, "--loop", cfg.Loop)
	args = appendText(args, "--http", cfg.HTTP)
	args = appendCounts(args, cfg)
	args = appendSeconds(args, "--timeout-keep-alive", cfg.KeepAlive)
	return appendSeconds(args, "--timeout-graceful-shutdown", cfg.GracefulTimeout)
}

func hypercorn(cfg Config, port int) []string {
	class := map[string]string{"hypercorn": "asyncio", "hypercorn-uvloop": "uvloop", "hypercorn-trio": "trio"}[cfg.Stack]
	args := []string{"-m", "hypercorn", "app:app", "--worker-class", class, "--access-logfile", "-", "--bind", fmt.Sprintf("127.0.0.1:%d", port)}
	return appendShared(args, cfg)
}

func gunicorn(cfg Config, port int) []string {
	program, class := "flask_app:app", "sync"
	var more []string
	switch cfg.Stack {
	case "gunicorn-uvicorn":
		program, class = "app:app", "uvicorn.workers.UvicornWorker"
		if cfg.Vintage == VintageCurrent {
			class = "uvicorn_worker.UvicornWorker"
		}
	case "gunicorn-sync":
		if cfg.App == "fastapi" { // which starts, and fails on the first request, as the article found
			program = "app:app"
		}
	case "gunicorn-gthread":
		class, more = "gthread", appendCount(nil, "--threads", cfg.Limit)
	}
	args := []string{"-m", "gunicorn", program, "--worker-class", class, "--access-logfile", "-", "--bind", fmt.Sprintf("127.0.0.1:%d", port)}
	if cfg.Vintage == VintageCurrent { // of its own, beside the program: the default is one for all in the home folder
		more = append(more, "--control-socket", fmt.Sprintf("gunicorn-%d.ctl", port))
	}
	return appendShared(append(args, more...), cfg)
}

// appendShared appends the flags that Hypercorn and gunicorn have in common.
func appendShared(args []string, cfg Config) []string {
	args = appendCount(args, "--workers", cfg.Workers)
	args = appendCount(args, "--backlog", cfg.Backlog)
	args = appendSeconds(args, "--keep-alive", cfg.KeepAlive)
	return appendSeconds(args, "--graceful-timeout", cfg.GracefulTimeout)
}

func appendSeconds(args []string, flag string, d time.Duration) []string {
	return appendCount(args, flag, int(d/time.Second))
}
