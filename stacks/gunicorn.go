package stacks

import (
	"time"

	"github.com/target-server/target-server/config"
)

// The defaults of gunicorn.config that all its stacks share.
const (
	gunicornTimeout   = 30 * time.Second
	gunicornGraceful  = 30 * time.Second
	gunicornKeepAlive = 2 * time.Second
)

// Lines of gunicorn.arbiter.Arbiter.spawn_worker, by the worker.
const (
	gunicornBoots = "Booting worker with pid: %d"
	gunicornExits = "Worker exiting (pid: %d)"
)

const (
	noLimitConcurrencyOnGunicorn = "gunicorn has no such option, and its UvicornWorker passes none to Uvicorn"
	noLoopOnGunicorn             = "gunicorn has no such option; UvicornWorker takes what is installed (CONFIG_KWARGS), which is uvloop and httptools"
)

// gunicornValues are the defaults of gunicorn.config for one of its stacks.
func gunicornValues(stack, vintage string) config.Config {
	c := usual(stack, vintage)
	c.App, c.Limit = "fastapi", 40
	c.Backlog, c.KeepAlive = 2048, gunicornKeepAlive
	c.Timeout, c.GracefulTimeout = gunicornTimeout, gunicornGraceful
	return c
}
