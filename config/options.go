package config

import (
	"math"
	"slices"
	"strings"
	"time"
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
}

// spellings are its name, which messages use, and then its aliases.
func (o *option) spellings() []string { return append([]string{o.name}, o.aliases...) }

// repeats reports whether the setting may be given more than once; its values are then joined.
func (o *option) repeats() bool {
	_, ok := o.kind.(hostNames)
	return ok
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
	groupStack  = "What is imitated"
	groupWork   = "The work"
	groupServer = "The server's own options"
	// GroupObserve has the settings that have nothing to do with the stack.
	GroupObserve = "Logs and operation"
)

// options is the table of every setting, with stacks to choose from. A new flag is a row here and a field in Config.
func options(stacks []Defaults) []option {
	return slices.Concat(stackOptions(stackNames(stacks)), workOptions(), serverOptions(), observeOptions())
}

func stackOptions(stacks []string) []option {
	return []option{
		{
			name: "stack", group: groupStack, value: "NAME",
			usage: "the server and the framework on it (target-server stacks lists them)",
			kind:  choice{field: func(c *Config) *string { return &c.Stack }, of: stacks},
		},
		{
			name: "vintage", group: groupStack, value: "SET",
			usage: "the versions imitated: 2023-03 or current",
			kind:  choice{field: func(c *Config) *string { return &c.Vintage }, of: []string{Vintage202303, VintageCurrent}},
		},
		{
			name: "mode", group: groupStack, value: "MODE",
			usage: "where the handler's work runs: threadpool (a thread of the pool), async-misuse (the event loop, blocking it) or cooperative (awaited)",
			kind:  choice{field: func(c *Config) *string { return &c.Mode }, of: []string{"threadpool", "async-misuse", "cooperative"}},
		},
		{
			name: "app", group: groupStack, value: "NAME",
			usage: "the framework, for stacks that carry either: fastapi or flask",
			kind:  choice{field: func(c *Config) *string { return &c.App }, of: []string{"fastapi", "flask"}, none: true},
		},
		{
			name: "loop", group: groupStack, value: "NAME",
			usage: "the event loop: auto, asyncio or uvloop; auto is uvloop, as pip install uvicorn[standard] gives",
			kind:  choice{field: func(c *Config) *string { return &c.Loop }, of: []string{"auto", "asyncio", "uvloop"}},
		},
		{
			name: "http", group: groupStack, value: "NAME",
			usage: "the HTTP parser: auto, h11 or httptools; auto is httptools",
			kind:  choice{field: func(c *Config) *string { return &c.HTTP }, of: []string{"auto", "h11", "httptools"}},
		},
	}
}

func workOptions() []option {
	return []option{
		{
			name: "sleep", group: groupWork, value: "DURATION",
			usage: "what the handler does; one request overrides it with ?id=7&sleep=100ms",
			kind:  duration{field: func(c *Config) *time.Duration { return &c.Sleep }},
		},
		{
			name: "limit", group: groupWork, value: "N",
			usage: "threads per worker; without effect in modes that use none",
			kind: number{
				field: func(c *Config) *int { return &c.Limit },
				low:   1, high: math.MaxInt32, word: "unlimited", wordValue: Unlimited,
			},
		},
		{
			name: "queue", group: groupWork, value: "N",
			usage: "the most that may wait for a thread, per worker; one more is refused with 503",
			kind: number{
				field: func(c *Config) *int { return &c.Queue },
				high:  math.MaxInt32, word: "unlimited", wordValue: Unlimited,
			},
		},
		{
			name: "workers", group: groupWork, value: "N",
			usage: "server processes; with more than one a parent supervises them",
			kind:  number{field: func(c *Config) *int { return &c.Workers }, low: 1, high: mostWorkers},
		},
		{
			name: "respawn", group: groupWork,
			usage: "replace workers that die even where the real server would not",
			kind:  toggle{func(c *Config) *bool { return &c.Respawn }},
		},
	}
}

func serverOptions() []option {
	return []option{
		{
			name: "addr", group: groupServer, value: "HOST:PORT",
			usage: "address served; port 0 picks a free one",
			kind:  address{field: func(c *Config) *string { return &c.Addr }},
		},
		{
			name: "backlog", group: groupServer, value: "N",
			usage: "connections that the kernel holds until the loop accepts them",
			kind:  number{field: func(c *Config) *int { return &c.Backlog }, high: math.MaxInt32},
		},
		{
			name: "keep-alive", aliases: []string{"timeout-keep-alive"}, group: groupServer, value: "DURATION",
			usage: "how long a connection may be idle between two requests",
			kind:  duration{field: func(c *Config) *time.Duration { return &c.KeepAlive }},
		},
		{
			name: "limit-concurrency", group: groupServer, value: "N",
			usage: "answer 503 once there are N connections (idle and new ones included) or N running requests",
			kind: number{
				field: func(c *Config) *int { return &c.LimitConcurrency },
				low:   1, high: math.MaxInt32, word: "none", wordValue: None,
			},
		},
		{
			name: "limit-max-requests", group: groupServer, value: "N",
			usage: "a worker ends after N requests",
			kind: number{
				field: func(c *Config) *int { return &c.LimitMaxRequests },
				low:   1, high: math.MaxInt32, word: "none", wordValue: None,
			},
		},
		{
			name: "timeout", group: groupServer, value: "DURATION",
			usage: "gunicorn's: a worker silent for this long is killed",
			kind:  duration{field: func(c *Config) *time.Duration { return &c.Timeout }, word: "none"},
		},
		{
			name: "graceful-timeout", aliases: []string{"timeout-graceful-shutdown"}, group: groupServer, value: "DURATION",
			usage: "how long a shutdown waits for requests that still run",
			kind:  duration{field: func(c *Config) *time.Duration { return &c.GracefulTimeout }, word: "none"},
		},
	}
}

func observeOptions() []option {
	return []option{
		{
			name: "log-format", group: GroupObserve, value: "FORMAT",
			usage: "native (the stack's own lines), json, console or off",
			kind:  choice{field: func(c *Config) *string { return &c.LogFormat }, of: []string{"native", "json", "console", "off"}},
		},
		{
			name: "access-log-format", group: GroupObserve, value: "FORMAT",
			usage: "for the native log: atoms as gunicorn and hypercorn have them, such as '%(h)s %(r)s %(s)s', or json",
			kind:  text{func(c *Config) *string { return &c.AccessLogFormat }, "a line of atoms, or json", wrongAccessLog},
		},
		{
			name: "admin-addr", group: GroupObserve, value: "HOST:PORT",
			usage: "address of statistics, metrics, the last requests and control (its /openapi.yaml describes it); if it is not on loopback, a token or --admin-open must be given, too",
			kind:  address{field: func(c *Config) *string { return &c.AdminAddr }, word: "off"},
		},
		{
			name: "admin-host", group: GroupObserve, value: "NAME",
			usage: "further name by which clients reach the admin address, with or without a port; may be given again, or with commas. Requests for other names are refused",
			kind:  hostNames{func(c *Config) *string { return &c.AdminHost }},
		},
		{
			name: "admin-token", group: GroupObserve, value: "TOKEN",
			usage: "what every request to the admin address must bring, as Authorization: Bearer TOKEN. The variable or a file keeps it out of the list of processes",
			kind:  secret{func(c *Config) *Secret { return &c.AdminToken }},
		},
		{
			name: "admin-token-file", group: GroupObserve, value: "PATH",
			usage: "file that holds that token",
			kind:  text{func(c *Config) *string { return &c.AdminTokenFile }, "a path", nil},
		},
		{
			name: "admin-open", group: GroupObserve,
			usage: "let everybody use the admin address who reaches it, although it is not on loopback and no token is asked for",
			kind:  toggle{func(c *Config) *bool { return &c.AdminOpen }},
		},
		{
			name: "history", group: GroupObserve, value: "N",
			usage: "requests that each worker remembers for GET /requests of the admin address",
			kind:  number{field: func(c *Config) *int { return &c.History }, high: 1_000_000},
		},
		{
			name: "ready-file", group: GroupObserve, value: "PATH",
			usage: "file written when every worker accepts: JSON with addresses, pids and the admin URL; removed at the end",
			kind:  text{func(c *Config) *string { return &c.ReadyFile }, "a path", nil},
		},
		{
			name: "exit-with-parent", group: GroupObserve,
			usage: "end at once, workers included, when standard input does: a pipe, a connected stream socket or a terminal. " +
				"It lives as long as any process that has the other end, so also a child of the parent that inherits it",
			kind: toggle{func(c *Config) *bool { return &c.ExitWithParent }},
		},
		{
			name: "seed", group: GroupObserve, value: "N",
			usage: "seed of everything random",
			kind:  seed{func(c *Config) *uint64 { return &c.Seed }},
		},
	}
}
