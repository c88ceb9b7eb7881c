package servers

import (
	"fmt"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// The vintages that have a pinned environment.
const (
	Vintage202303  = "2023-03"
	VintageCurrent = "current"
)

// Vintages lists every vintage, oldest first.
func Vintages() []string { return []string{Vintage202303, VintageCurrent} }

// Config says how a server is to run. A zero field leaves the server's own default.
type Config struct {
	Vintage          string
	Mode             string
	Loop             string
	HTTP             string
	Sleep            time.Duration
	Limit            int
	Workers          int
	LimitConcurrency int
	LimitMaxRequests int
	Backlog          int
	KeepAlive        time.Duration // whole seconds, as Uvicorn takes them
	GracefulTimeout  time.Duration // whole seconds; Uvicorn has it since 0.22
}

// Subject is a server that can be started with a Config on a port of the loopback address.
type Subject interface {
	Name() string
	Command(cfg Config, port int) driver.Command
}

// Real is Uvicorn with FastAPI on it, in the environments under Dir, one folder a vintage.
type Real struct {
	Dir string
}

// Name is "real".
func (Real) Name() string { return "real" }

// Command starts the program app.py of the vintage's folder with Uvicorn's own flags.
func (r Real) Command(cfg Config, port int) driver.Command {
	home := r.Dir + "/" + cfg.Vintage
	args := []string{home + "/bin/python", "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", strconv.Itoa(port)}
	args = appendText(args, "--loop", cfg.Loop)
	args = appendText(args, "--http", cfg.HTTP)
	args = appendCounts(args, cfg)
	args = appendSeconds(args, "--timeout-keep-alive", cfg.KeepAlive)
	args = appendSeconds(args, "--timeout-graceful-shutdown", cfg.GracefulTimeout)
	env := []string{
		"APP_MODE=" + cfg.Mode,
		fmt.Sprintf("APP_SLEEP=%g", cfg.Sleep.Seconds()),
		fmt.Sprintf("APP_LIMIT=%d", cfg.Limit),
	}
	return driver.Command{Args: args, Env: env, Dir: home}
}

// Ours is target-server, already built, at Binary.
type Ours struct {
	Binary string
}

// Name is "ours".
func (Ours) Name() string { return "ours" }

// Command starts the binary with the flags that mean what cfg says.
func (o Ours) Command(cfg Config, port int) driver.Command {
	args := []string{o.Binary, "--addr", fmt.Sprintf("127.0.0.1:%d", port), "--vintage", cfg.Vintage, "--mode", cfg.Mode}
	args = append(args, "--sleep", cfg.Sleep.String())
	args = appendText(args, "--loop", cfg.Loop)
	args = appendText(args, "--http", cfg.HTTP)
	args = appendCount(args, "--limit", cfg.Limit)
	args = appendCounts(args, cfg)
	args = appendDuration(args, "--keep-alive", cfg.KeepAlive)
	args = appendDuration(args, "--graceful-timeout", cfg.GracefulTimeout)
	return driver.Command{Args: args}
}

func appendCounts(args []string, cfg Config) []string {
	args = appendCount(args, "--workers", cfg.Workers)
	args = appendCount(args, "--limit-concurrency", cfg.LimitConcurrency)
	args = appendCount(args, "--limit-max-requests", cfg.LimitMaxRequests)
	return appendCount(args, "--backlog", cfg.Backlog)
}

func appendText(args []string, flag, value string) []string {
	if value == "" {
		return args
	}
	return append(args, flag, value)
}

func appendCount(args []string, flag string, n int) []string {
	if n == 0 {
		return args
	}
	return append(args, flag, strconv.Itoa(n))
}

func appendSeconds(args []string, flag string, d time.Duration) []string {
	return appendCount(args, flag, int(d/time.Second))
}

func appendDuration(args []string, flag string, d time.Duration) []string {
	if d == 0 {
		return args
	}
	return append(args, flag, d.String())
}
