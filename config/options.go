package config

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/distribution"
)

// EnvPrefix begins the name of every environment variable that is read.
const EnvPrefix = "TARGET_SERVER_"

// mostWorkers limits what a mistyped digit can start.
const mostWorkers = 1024

// option is one setting: its names, its help text and the kind of its value.
type option struct {
	name    string
	aliases []string
	group   string
	value   string
	usage   string
	kind    kind
	// negatable: it can be switched off as --no-NAME, as click's options.
	negatable bool
	// few: only few of the real servers have it, those whose [Defaults.Offers] lists it.
	few bool
}

// spellings are its name, which messages use, and then its aliases.
func (o *option) spellings() []string { return append([]string{o.name}, o.aliases...) }

// repeats reports whether the setting may be given more than once; its values are then joined.
func (o *option) repeats() bool { return o.separator() != "" }

// separator joins the values of a setting that repeats.
func (o *option) separator() string {
	switch o.kind.(type) {
	case hostNames:
		return ","
	case headerLines:
		return "\n"
	}
	return ""
}

func (o *option) isToggle() bool {
	_, ok := o.kind.(toggle)
	return ok
}

// envName returns the environment variable of a flag.
func envName(flagName string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

func find(table []option, name string) *option {
	for i := range table {
		if table[i].name == name || slices.Contains(table[i].aliases, name) {
			return &table[i]
		}
	}
	return nil
}

// The groups of settings in the help, in its order.
const (
	groupStack  = "What to imitate"
	groupWork   = "The handler's work"
	groupServer = "Options of the real server"
	// GroupObserve has the settings that have nothing to do with the stack.
	GroupObserve = "Logging and operation"
)

// options is the table of every setting, with stacks to choose from. A new flag is a row here and a field in Config.
func options(stacks []Defaults) []option {
	return slices.Concat(stackOptions(stackNames(stacks)), workOptions(), serverOptions(), wireOptions(), logOptions(), adminOptions(), runOptions())
}

func stackOptions(stacks []string) []option {
	return []option{
		{
			name: "stack", group: groupStack, value: "NAME",
			usage: "the server and framework to imitate; target-server stacks lists them",
			kind: choice{
				field: func(c *Config) *string { return &c.Stack }, of: stacks,
				meant: map[string]string{"fastapi": "uvicorn", "gunicorn": "gunicorn-uvicorn"},
			},
		},
		{
			name: "vintage", group: groupStack, value: "SET",
			usage: "which versions of them to imitate: 2023-03 or current",
			kind:  choice{field: func(c *Config) *string { return &c.Vintage }, of: []string{Vintage202303, VintageCurrent}},
		},
		{
			name: like, group: groupStack, value: "COMMAND",
			usage: "settings as on the command line of the real server, such as 'gunicorn app:app -w 2'; also uvicorn, hypercorn and waitress-serve. Flags, variables and the file win over it",
			kind:  text{func(c *Config) *string { return &c.Like }, "a command line such as 'uvicorn app:app --workers 2'", nil},
		},
		{
			name: "program", group: groupStack, value: "FILE",
			usage: "the application to serve, a YAML file of its routes and what they do (docs/programs.md); or the name of a built-in one, unless there is a file of that name: " +
				"target-server program list lists them. Without it, the article's program, which --mode chooses",
			kind: programFile{},
		},
		{
			name: "mode", group: groupStack, value: "MODE",
			usage: "where the handler runs: threadpool (in a thread of the pool), async-misuse (on the event loop, which it blocks) or cooperative (on the event loop, which stays free while it awaits)",
			kind:  choice{field: func(c *Config) *string { return &c.Mode }, of: []string{"threadpool", "async-misuse", "cooperative"}},
		},
		{
			name: "app", group: groupStack, value: "NAME",
			usage: "the framework, on a stack that can run either: fastapi or flask",
			kind:  choice{field: func(c *Config) *string { return &c.App }, of: []string{"fastapi", "flask"}, none: true},
		},
		{
			name: "loop", group: groupStack, value: "NAME",
			usage: "Uvicorn's event loop: auto, asyncio or uvloop; auto is uvloop, as after pip install uvicorn[standard]",
			kind:  choice{field: func(c *Config) *string { return &c.Loop }, of: []string{"auto", "asyncio", "uvloop"}},
		},
		{
			name: "http", group: groupStack, value: "NAME",
			usage: "Uvicorn's HTTP parser: auto, h11 or httptools; auto is httptools",
			kind:  choice{field: func(c *Config) *string { return &c.HTTP }, of: []string{"auto", "h11", "httptools"}},
		},
	}
}

func workOptions() []option {
	return []option{
		{
			name: "sleep", group: groupWork, value: "DURATION",
			usage: "how long the handler sleeps, or a distribution such as exp(50ms); a request can override it, as in /?id=7&sleep=100ms",
			kind:  work{field: func(c *Config) *distribution.Distribution { return &c.Sleep }},
		},
		{
			name: "pace", group: groupWork, value: "PACE",
			usage: "how long the server itself computes: none (as little as possible), real (each step of the framework takes as long as on the real server, " +
				"without using the processor), or a factor such as 2x (twice as long as real)",
			kind: factor{func(c *Config) *float64 { return &c.Pace }},
		},
		{
			name: "limit", group: groupWork, value: "N",
			usage: "threads per worker, and so the most requests that one worker runs at once; only for --mode threadpool",
			kind: number{
				field: func(c *Config) *int { return &c.Limit },
				low:   1, high: math.MaxInt32, word: "unlimited", wordValue: Unlimited,
			},
		},
		{
			name: "queue", group: groupWork, value: "N",
			usage: "requests that may wait for a thread, per worker; any more are refused with 503; only for --mode threadpool",
			kind: number{
				field: func(c *Config) *int { return &c.Queue },
				high:  math.MaxInt32, word: "unlimited", wordValue: Unlimited,
			},
		},
		{
			name: "workers", group: groupWork, value: "N",
			usage: "worker processes; if there are several, a parent process supervises them",
			kind:  number{field: func(c *Config) *int { return &c.Workers }, low: 1, high: mostWorkers},
		},
		{
			name: "respawn", group: groupWork,
			usage: "replace a worker that dies, even if the real server would not; needs a parent process, so --workers 2 or more on a stack that runs a single worker without one",
			kind:  toggle{func(c *Config) *bool { return &c.Respawn }},
		},
	}
}

func serverOptions() []option {
	return []option{
		{
			name: "addr", group: groupServer, value: "HOST:PORT",
			usage: "address to listen on; :8080 is port 8080 on every interface, and port 0 picks a free port",
			kind:  address{field: func(c *Config) *string { return &c.Addr }},
		},
		{
			name: "backlog", group: groupServer, value: "N",
			usage: "connections that the kernel queues until the server accepts them",
			kind:  number{field: func(c *Config) *int { return &c.Backlog }, high: math.MaxInt32},
		},
		{
			name: "keep-alive", aliases: []string{"timeout-keep-alive"}, group: groupServer, value: "DURATION",
			usage: "how long a connection may stay idle between two requests",
			kind:  duration{field: func(c *Config) *time.Duration { return &c.KeepAlive }},
		},
		{
			name: "limit-concurrency", group: groupServer, value: "N",
			usage: "refuse a request with 503 when N connections are open, its own and idle ones included, or N requests are unfinished, queued ones included",
			kind: number{
				field: func(c *Config) *int { return &c.LimitConcurrency },
				low:   1, high: math.MaxInt32, word: "none", wordValue: None,
			},
		},
		{
			name: "limit-max-requests", group: groupServer, value: "N",
			usage: "a worker stops after N requests",
			kind: number{
				field: func(c *Config) *int { return &c.LimitMaxRequests },
				low:   1, high: math.MaxInt32, word: "none", wordValue: None,
			},
		},
		{
			name: "timeout", group: groupServer, value: "DURATION",
			usage: "gunicorn only: a worker that sends no heartbeat for this long is killed",
			kind:  duration{field: func(c *Config) *time.Duration { return &c.Timeout }, word: "none"},
		},
		{
			name: "graceful-timeout", aliases: []string{"timeout-graceful-shutdown"}, group: groupServer, value: "DURATION",
			usage: "how long a shutdown waits for held requests, running and queued",
			kind:  duration{field: func(c *Config) *time.Duration { return &c.GracefulTimeout }, word: "none"},
		},
		{
			name: "forwarded-allow-ips", group: groupServer, value: "LIST",
			usage: "proxies that may name the client and the scheme of a request (X-Forwarded-For, X-Forwarded-Proto): addresses, and at --vintage current networks, separated by commas; * is any",
			kind:  proxies{},
		},
	}
}

// wireOptions are those that few of the real servers have.
func wireOptions() []option {
	return []option{
		{
			name: "proxy-headers", group: groupServer, negatable: true, few: true,
			usage: "take the client and the scheme of a request from X-Forwarded-For and X-Forwarded-Proto, if a trusted proxy sends them",
			kind:  toggle{func(c *Config) *bool { return &c.ProxyHeaders }},
		},
		{
			name: "server-header", group: groupServer, negatable: true, few: true,
			usage: "send the server's own Server field",
			kind:  toggle{func(c *Config) *bool { return &c.ServerHeader }},
		},
		{
			name: "date-header", group: groupServer, negatable: true, few: true,
			usage: "send the server's own Date field",
			kind:  toggle{func(c *Config) *bool { return &c.DateHeader }},
		},
		{
			name: "header", group: groupServer, value: "NAME:VALUE", few: true,
			usage: "a further field of every answer; repeat the flag for several. A space after the colon is part of the value",
			kind:  headerLines{func(c *Config) *string { return &c.Header }},
		},
		{
			name: "keep-alive-max-requests", group: groupServer, value: "N", few: true,
			usage: "close a connection after N requests, on HTTP/2 after one more",
			kind: number{
				field: func(c *Config) *int { return &c.KeepAliveMaxRequests },
				low:   1, high: math.MaxInt32, word: "none", wordValue: None,
			},
		},
		{
			name: "h2-max-concurrent-streams", group: groupServer, value: "N", few: true,
			usage: "requests that a connection of HTTP/2 may have open at once",
			kind:  number{field: func(c *Config) *int { return &c.H2MaxConcurrentStreams }, high: math.MaxInt32},
		},
	}
}

func logOptions() []option {
	return []option{
		{
			name: "access-log", group: GroupObserve, negatable: true, few: true,
			usage: "print the native log's access lines",
			kind:  toggle{func(c *Config) *bool { return &c.AccessLog }},
		},
		{
			name: "log-format", group: GroupObserve, value: "FORMAT",
			usage: "native (the lines that the real server would log), json, console (one row per request, for people) or off",
			kind:  choice{field: func(c *Config) *string { return &c.LogFormat }, of: []string{"native", "json", "console", "off"}},
		},
		{
			name: "access-log-format", group: GroupObserve, value: "FORMAT",
			usage: "format of the native log's access lines, in gunicorn's and Hypercorn's atoms, such as '%(h)s %(r)s %(s)s', or json",
			kind:  text{func(c *Config) *string { return &c.AccessLogFormat }, "a format of atoms, or json", wrongAccessLog},
		},
	}
}

func adminOptions() []option {
	return []option{
		{
			name: "admin-addr", group: GroupObserve, value: "HOST:PORT",
			usage: "a second address, for statistics, metrics, recent requests and control; GET /openapi.yaml there describes it. If other machines can reach it, --admin-token, --admin-token-file or --admin-open is required",
			kind:  address{field: func(c *Config) *string { return &c.AdminAddr }, word: "off"},
		},
		{
			name: "admin-host", group: GroupObserve, value: "NAME",
			usage: "another host name by which clients reach the admin address, with or without a port; repeat the flag or use commas for several. Requests with any other name in Host are refused",
			kind:  hostNames{func(c *Config) *string { return &c.AdminHost }},
		},
		{
			name: "admin-token", group: GroupObserve, value: "TOKEN",
			usage: "what every request to the admin address must send, as Authorization: Bearer TOKEN. A flag can be seen in the list of processes; the variable and --admin-token-file cannot",
			kind:  secret{func(c *Config) *Secret { return &c.AdminToken }},
		},
		{
			name: "admin-token-file", group: GroupObserve, value: "PATH",
			usage: "file that contains the token",
			kind:  text{func(c *Config) *string { return &c.AdminTokenFile }, "a path", nil},
		},
		{
			name: "admin-open", group: GroupObserve,
			usage: "let any client use the admin address without a token, even from other machines",
			kind:  toggle{func(c *Config) *bool { return &c.AdminOpen }},
		},
		{
			name: "history", group: GroupObserve, value: "N",
			usage: "recent requests that each worker keeps for GET /requests of the admin address",
			kind:  number{field: func(c *Config) *int { return &c.History }, high: 1_000_000},
		},
	}
}

// runOptions are about a run as a whole.
func runOptions() []option {
	return []option{
		{
			name: "trace", group: GroupObserve, value: "PATH",
			usage: "file to write what happens to: by its ending .pftrace (threads, loop, queue and pools over time, for ui.perfetto.dev), .ndjson or .csv (a row for each request). " +
				"A file that exists is overwritten (docs/trace.md)",
			kind: text{func(c *Config) *string { return &c.Trace }, acceptedTrace, wrongTrace},
		},
		{
			name: "trace-size", group: GroupObserve, value: "SIZE",
			usage: "how large the file of --trace may become; nothing more is written to it then",
			kind: size{
				field: func(c *Config) *int64 { return &c.TraceSize }, low: 64 << 10,
				used: func(c *Config) bool { return c.Trace != "" },
			},
		},
		{
			name: "ready-file", group: GroupObserve, value: "PATH",
			usage: "file to write once every worker accepts connections: JSON with the addresses, the process ids of the workers, the admin URL and the seed. It is removed when the server stops",
			kind:  text{func(c *Config) *string { return &c.ReadyFile }, "a path", nil},
		},
		{
			name: "exit-with-parent", group: GroupObserve,
			usage: "stop at once, workers included, when standard input ends. Standard input must be a pipe, a connected stream socket or a terminal; " +
				"it ends when every process that holds its other end has closed it or ended",
			kind: toggle{func(c *Config) *bool { return &c.ExitWithParent }},
		},
		{
			name: "seed", group: GroupObserve, value: "N",
			usage: "seed for everything random",
			kind:  seed{func(c *Config) *uint64 { return &c.Seed }},
		},
	}
}
