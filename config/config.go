package config

import (
	"errors"
	"runtime"
	"time"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/program"
)

// Values that stand for "no bound".
const (
	// Unlimited is the Queue that refuses nothing, and the Limit of a server that makes a thread for every connection.
	Unlimited = -1
	// NoTimeout is the Timeout or GracefulTimeout that never ends. Zero means at once.
	NoTimeout = time.Duration(-1)
	// None is the LimitConcurrency or LimitMaxRequests without a limit.
	None = 0
)

// The vintages.
const (
	Vintage202303  = "2023-03"
	VintageCurrent = "current"
)

// Config has every setting. Start from [Defaults.Values]: Validate refuses the zero value.
type Config struct {
	// Addr is the address served, host:port. Port 0 picks a free one.
	Addr string
	// Stack is the server and the framework on it, "uvicorn" for FastAPI on Uvicorn.
	Stack string
	// Vintage is the set of versions imitated: Vintage202303 or VintageCurrent.
	Vintage string
	// Mode is where a handler's work runs: "threadpool", "async-misuse" or "cooperative".
	Mode string
	// Like is the real server's command line that other settings were taken from; empty for none.
	Like string `json:"-"`
	// Program is the application that is served in place of the article's; nil is the article's, in Mode. [Load] reads it
	// from the file of --program, [program.Check] makes one of Go values.
	Program *program.Program `json:",omitempty"`
	// App is the framework, "fastapi" or "flask", for stacks that can run either.
	App string

	// Limit is the number of threads that one worker may use at once, or Unlimited.
	Limit int
	// Queue is how many requests may wait for a thread in one worker, or Unlimited.
	Queue int
	// Workers is the number of server processes. With more than one, a parent supervises them.
	Workers int
	// Respawn replaces a worker that died even where the real server would not.
	Respawn bool
	// Pace is how many times as long as on the real server each step of the framework takes: [RealPace], 2 for twice as
	// slow, or 0 for as fast as possible.
	Pace float64
	// Sleep is how long the handler works on one request: distribution.Of(5*time.Second), or what each request draws
	// from Seed.
	Sleep distribution.Distribution

	// Backlog is the length of the kernel's queue of connections that are not yet accepted.
	Backlog int
	// KeepAlive is how long a connection may be idle between two requests.
	KeepAlive time.Duration
	// LimitConcurrency is Uvicorn's --limit-concurrency, which counts connections as well as running requests; or None.
	LimitConcurrency int
	// LimitMaxRequests is the number of requests after which a worker ends, or None.
	LimitMaxRequests int
	// Timeout is gunicorn's --timeout for a worker that has gone silent, or NoTimeout.
	Timeout time.Duration
	// GracefulTimeout is how long a shutdown waits for running requests, or NoTimeout.
	GracefulTimeout time.Duration

	// ProxyHeaders is whether a trusted proxy's fields count: Uvicorn's --proxy-headers.
	ProxyHeaders bool
	// ServerHeader and DateHeader are whether answers have these fields of the server's own.
	ServerHeader, DateHeader bool
	// Header lists further fields of every answer, NAME:VALUE, one a line: Uvicorn's --header.
	Header string
	// KeepAliveMaxRequests is Hypercorn's keep_alive_max_requests, the requests that a connection may have; or None.
	KeepAliveMaxRequests int
	// H2MaxConcurrentStreams is Hypercorn's h2_max_concurrent_streams.
	H2MaxConcurrentStreams int
	// ForwardedAllowIPs are the proxies that may name the client and the scheme of a request, as Uvicorn's and gunicorn's
	// option of that name.
	ForwardedAllowIPs string

	// Loop is the event loop imitated: "auto", "asyncio" or "uvloop".
	Loop string
	// HTTP is the parser imitated: "auto", "h11" or "httptools".
	HTTP string

	// LogFormat is "native", "json", "console" or "off".
	LogFormat string
	// AccessLog is whether the native log has access lines.
	AccessLog bool
	// AccessLogFormat is a line of gunicorn's or hypercorn's atoms, or "json"; empty for the stack's own line.
	AccessLogFormat string
	// AdminAddr is the address of metrics, statistics and control; empty for none.
	AdminAddr string
	// AdminHost lists further host names, separated by commas, by which clients may reach the admin address.
	AdminHost string
	// AdminToken is what every request to the admin address must bring; empty for none. A parent does not pass it to
	// its workers.
	AdminToken Secret `json:"-"`
	// AdminTokenFile is the file from which Load reads AdminToken, if not empty.
	AdminTokenFile string
	// AdminOpen allows an admin address that other machines can reach without a token.
	AdminOpen bool
	// History is how many requests a worker remembers for the admin address.
	History int
	// Trace is the file that what happens is written to, by its ending in one of [TraceEndings]; empty for none.
	Trace string
	// TraceSize is how many bytes that file may have; 0 only without Trace.
	TraceSize int64
	// ReadyFile is written when every worker accepts connections, and removed when the server ends; empty for none.
	ReadyFile string
	// ExitWithParent ends all processes when standard input ends. It must be a pipe, a connected stream socket or a
	// terminal.
	ExitWithParent bool
	// Seed is the seed of everything random.
	Seed uint64
	// HashSeed stands for Python's hash seed, which workers that are forked have in common; 0 is Seed.
	HashSeed uint64 `json:"-"`
}

// Validate returns every error in c, joined, each an [Error] that names a flag. It checks values only: it opens no file
// and tries no address. The stacks are those that c may choose from.
func (c Config) Validate(stacks []Defaults) error {
	return c.validate(stacks, runtime.GOOS, flagNames)
}

// validate is Validate for the operating system goos. Errors name a setting as where returns it.
func (c Config) validate(stacks []Defaults, goos string, where func(*option) string) error {
	var errs []error
	bad := map[string]bool{}
	report := func(o *option, reason string) {
		if !bad[o.name] {
			bad[o.name] = true
			errs = append(errs, &Error{Setting: o.name, Where: where(o), Reason: reason})
		}
	}
	table := options(stacks)
	for i := range table {
		if err := table[i].kind.check(&c); err != nil {
			report(&table[i], err.Error())
		}
	}
	for _, broken := range c.brokenRules(table, stacks, goos) {
		report(find(table, broken.setting), broken.reason)
	}
	return errors.Join(errs...)
}

// flagPrefix begins where a flag's value comes from.
const flagPrefix = "flag --"

// flagNames names a setting by its flag, if the source of its value is not known.
func flagNames(o *option) string { return flagPrefix + o.name }
