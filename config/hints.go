package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/internal/spelling"
)

// foreignFlag says what to do instead of flags of Uvicorn, Hypercorn, gunicorn, waitress or flask run that
// target-server does not have, and of those that users guess.
type foreignFlag struct {
	names []string
	// advice completes "is unknown; ". {} stands for the value that was given, or for example.
	advice, example string
}

// foreignFlags is searched from its start: the first row with a name counts. A name that ends with * is a prefix.
func foreignFlags() []foreignFlag {
	const (
		noTLS     = "TLS is not supported: put a proxy that terminates it in front, such as HAProxy or nginx"
		noProgram = noPython + ", and drop this flag"
		noDaemon  = "target-server stays in the foreground, and has no options for a user, a working directory or a pid file: drop this flag"
		logs      = "use --log-format native, json, console or off, and --access-log-format FORMAT"
		fixed     = "only the real server's default is imitated: drop this flag"
	)
	return []foreignFlag{
		{[]string{"port", "p"}, "use --addr :{}", "8080"},
		{[]string{"host"}, "use --addr {}:8080", "127.0.0.1"},
		{[]string{"bind", "b", "insecure-bind", "listen", "address"}, "use --addr {}", "127.0.0.1:8080"},
		{[]string{"uds", "unix-socket", "fd"}, "only TCP is supported: use --addr HOST:PORT", ""},
		{[]string{"w", "processes"}, "use --workers {}", "2"},
		{[]string{"admin", "admin-address", "admin-port", "metrics-addr", "metrics-port", "stats-addr"}, "did you mean --admin-addr 127.0.0.1:9090? (target-server --help lists every flag)", ""},
		{[]string{"threads", "concurrency", "max-threads", "max-concurrency", "pool-size"}, "use --limit {}", "40"},
		{[]string{"k", "worker-class"}, "the worker class is part of the stack: use --stack NAME (target-server stacks lists them)", ""},
		{[]string{"t"}, "use --timeout {}", "30s"},
		{[]string{"c"}, "use --config {}, a YAML file", "PATH"},
		{[]string{"max-requests"}, "use --limit-max-requests {}", "1000"},
		{[]string{"channel-timeout"}, "use --keep-alive {}", "120s"},
		{[]string{"delay", "latency", "duration", "work"}, "use --sleep {}", "5s"},
		{[]string{"max-queue", "queue-size", "queue-limit"}, "use --queue {}", "100"},
		{[]string{"tls", "https", "ssl", "ssl-*", "tls-*", "cert", "key", "certfile", "keyfile", "keyfile-password", "ca-certs", "ciphers", "quic-bind"}, noTLS, ""},
		{[]string{"reload", "reload-*", "preload", "factory", "app-dir", "env-file", "pythonpath", "interface", "lifespan", "ws", "ws-*", "debug", "call"}, noProgram, ""},
		{[]string{"daemon", "D", "pid", "user", "u", "group", "g", "chdir", "umask", "m", "name", "n"}, noDaemon, ""},
		{[]string{"log-level", "log-config", "access-logfile", "access-logformat", "error-logfile", "log-file", "use-colors", "no-use-colors", "verbose", "quiet"}, logs, ""},
		{[]string{"without-threads"}, "use --stack flask-single", ""},
		{[]string{"with-threads"}, "use --stack flask", ""},
		{[]string{"V", "v"}, "use --version", ""},
		{
			[]string{
				"root-path", "h11-max-incomplete-event-size", "worker-connections", "worker-tmp-dir", "max-requests-jitter", "limit-max-requests-jitter",
				"connection-limit", "limit-request-*", "timeout-worker-healthcheck",
			},
			fixed, "",
		},
	}
}

// noPython says what to do instead of giving Python code.
const noPython = "target-server runs no Python code: choose what to imitate with --stack, --app and --mode, or describe the application in a file for --program"

// advice says what to do instead of an unknown flag, or is empty. value is what was given with it, if anything.
func advice(name, value string) string {
	for _, row := range foreignFlags() {
		if !slices.ContainsFunc(row.names, func(known string) bool {
			prefix, isPrefix := strings.CutSuffix(known, "*")
			return name == known || isPrefix && strings.HasPrefix(name, prefix)
		}) {
			continue
		}
		if value == "" || plain(value) != value || len(value) > longestValue {
			value = row.example
		}
		return strings.ReplaceAll(row.advice, "{}", value)
	}
	return ""
}

// suggest names the setting that was probably meant, if one is similar.
func suggest(table []option, name string) string {
	names := append(make([]string, 0, 2*len(table)), configName)
	for i := range table {
		names = append(append(names, table[i].name), table[i].aliases...)
	}
	return spelling.Nearest(name, names)
}

// adviceForArgument says what a stray argument was probably meant to be, or is empty.
func adviceForArgument(stacks []string, arg string) string {
	const lowestUserPort = 1024
	switch port, err := strconv.ParseUint(arg, 10, 16); {
	case err == nil && port >= lowestUserPort:
		return "use --addr :" + arg
	case slices.Contains(durationUnits(), arg):
		return "write a duration as one word, such as 100" + arg
	case slices.Contains(stacks, arg):
		return "use --stack " + arg
	case wrongAddress(arg) == "":
		return "use --addr " + arg
	case strings.Contains(arg, ":") || strings.HasSuffix(arg, ".py"):
		return noPython
	case strings.HasSuffix(arg, ".yaml") || strings.HasSuffix(arg, ".yml"):
		return fmt.Sprintf("use --program %s for an application, or --config %s for settings", plain(arg), plain(arg))
	}
	return ""
}

func durationUnits() []string { return []string{"ms", "s", "m", "h"} }

// AdviceForArgument says what an argument that is neither a flag nor a command was probably meant to be, or is empty.
func AdviceForArgument(stacks []Defaults, arg string) string {
	return adviceForArgument(stackNames(stacks), arg)
}
