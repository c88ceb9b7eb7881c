package servers

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// The vintages with a pinned environment.
const (
	Vintage202303  = "2023-03"
	VintageCurrent = "current"
)

// Vintages lists every vintage, oldest first.
func Vintages() []string { return []string{Vintage202303, VintageCurrent} }

// Config is how a server should run. A zero field means the server's own default.
type Config struct {
	Stack            string // target-server's name for it; empty means uvicorn
	Vintage          string
	Mode             string
	Program          string // served instead of the article's in a Mode: lab/programs/NAME.yaml, or a built-in one
	App              string // fastapi or flask, for gunicorn's WSGI workers; empty means flask
	Loop             string
	HTTP             string
	Sleep            time.Duration
	Limit            int
	Workers          int
	LimitConcurrency int
	LimitMaxRequests int
	Backlog          int
	KeepAlive        time.Duration // whole seconds, because Uvicorn requires them
	GracefulTimeout  time.Duration // whole seconds; in Uvicorn since 0.22
	Timeout          time.Duration // whole seconds; gunicorn's timeout, after which a silent worker is killed
	OpenFiles        int           // the most files that a process may open (ulimit -n)
	RunVar           bool          // Limit is set in the article's way, if the real program has a choice
	AccessLogFormat  string        // of Hypercorn and gunicorn
	TrustedProxies   string        // FORWARDED_ALLOW_IPS of Uvicorn and gunicorn; empty means that it is not set
	Shown            string        // the value of the variable LAB_SHOWN of the process; empty means that there is none
	TZ               string        // the variable TZ of the process; empty means that there is none
	Flags            string        // further flags of target-server and of Uvicorn, one a line
	Settings         string        // what corresponds to them in Hypercorn's file of settings
	Pace             string        // target-server's --pace
	NumbersThreads   bool          // the log identifies threads: by native id, or by number in JSON rows
}

// Name is the stack's name, also if Stack is empty.
func (c Config) Name() string {
	if c.Stack == "" {
		return Uvicorn
	}
	return c.Stack
}

// processes is the number of workers that log that they are up.
func (c Config) processes() int { return max(1, c.Workers) }

// Subject is a server that can be started with a Config on a port of the loopback address.
type Subject interface {
	Name() string
	Command(cfg Config, port int) driver.Command
}

// Ours is target-server, already built, at Binary. Programs is the folder of the lab's programs; empty means lab/programs
// below the working directory.
type Ours struct {
	Binary   string
	Programs string
}

// Name is "ours".
func (Ours) Name() string { return "ours" }

// Command starts the binary with the flags for cfg.
func (o Ours) Command(cfg Config, port int) driver.Command {
	args := []string{o.Binary, "--addr", fmt.Sprintf("127.0.0.1:%d", port), "--vintage", cfg.Vintage}
	if cfg.Program != "" {
		args = append(args, "--program", programFile(o.Programs, cfg.Program))
	} else {
		args = append(args, "--mode", cfg.Mode)
	}
	args = appendText(args, "--stack", cfg.Stack)
	if cfg.Program == "" {
		args = append(args, "--sleep", cfg.Sleep.String())
	}
	args = appendText(args, "--app", cfg.App)
	args = appendText(args, "--loop", cfg.Loop)
	args = appendText(args, "--http", cfg.HTTP)
	args = appendCount(args, "--limit", cfg.threads())
	args = appendCounts(args, cfg)
	args = appendDuration(args, "--keep-alive", cfg.KeepAlive)
	args = appendDuration(args, "--timeout", cfg.Timeout)
	args = appendDuration(args, "--graceful-timeout", cfg.GracefulTimeout)
	args = appendText(args, "--access-log-format", cfg.AccessLogFormat)
	args = appendText(args, "--forwarded-allow-ips", cfg.TrustedProxies)
	args = appendText(args, "--pace", cfg.Pace)
	args = appendLines(args, cfg.Flags)
	if cfg.NumbersThreads {
		args = append(args, "--log-format", "json")
	}
	return driver.Command{Args: cfg.limited(args), Env: cfg.environment()}
}

// environment has the variable that access log formats may show, and the time zone.
func (c Config) environment() []string {
	var all []string
	if c.Shown != "" {
		all = append(all, "LAB_SHOWN="+c.Shown)
	}
	if c.TZ != "" {
		all = append(all, "TZ="+c.TZ)
	}
	return all
}

// threads is the --limit for target-server, which warns of one in a mode without threads. The real program sets it all the
// same, without effect.
func (c Config) threads() int {
	if c.Mode == "async-misuse" || c.Mode == "cooperative" {
		return 0
	}
	return c.Limit
}

// limited runs a command under the resource limits of cfg.
func (c Config) limited(args []string) []string {
	if c.OpenFiles == 0 {
		return args
	}
	return append([]string{"sh", "-c", fmt.Sprintf(`ulimit -n %d; exec "$@"`, c.OpenFiles), "sh"}, args...)
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

// noAccessLog is the value of Flags for a server without access lines, where the real one has no such flag.
const noAccessLog = "--no-access-log"

// appendAccessLog has gunicorn or Hypercorn log access lines.
func appendAccessLog(args []string, cfg Config) []string {
	if cfg.Flags == noAccessLog {
		return args
	}
	return append(args, "--access-logfile", "-")
}

// appendLines appends the arguments in text, one a line.
func appendLines(args []string, text string) []string {
	if text == "" {
		return args
	}
	return append(args, strings.Split(text, "\n")...)
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
