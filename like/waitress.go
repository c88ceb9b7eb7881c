package like

import (
	"net"
	"strings"

	"github.com/target-server/target-server/internal/pyvalue"
)

// waitress reads a command line of waitress-serve, which reads nothing from its environment.
func (r *reading) waitress(p *program, args []string) error {
	g := getopt{program: p, prog: "waitress-serve", where: r.Where}
	if r.module {
		g.prog = moduleFile
	}
	if exit := g.parse(args); exit != nil {
		return exit
	}
	l := &g.found
	if err := noServing(l, "help"); err != nil {
		return err
	}
	if len(l.apps) != 1 {
		return g.fail("Specify one application only")
	}
	if exception := waitressWrong(l); exception != "" {
		return traceback("ValueError: " + exception)
	}
	r.ignoreApp(l.apps)
	r.set("stack", "waitress", r.Where)
	r.waitressAddress(l)
	r.apply(l, rules{
		settings: map[string]string{
			"threads": "limit", "backlog": "backlog", "channel-timeout": "keep-alive", "connection-limit": "connection-limit", "unix-socket": "uds",
		},
		reasons: map[string]string{
			"call": noCode, "expose-tracebacks": noCode, "sockets": noSocket, "unix-socket-perms": noDaemon,
			"trusted-proxy*": "what proxies say is ignored, as by default", "clear-untrusted-proxy-headers": "what proxies say is ignored, as by default",
			"log-*": noLogs,
		},
		handled: []string{"host", "port", "listen"},
	})
	return nil
}

// waitressWrong is the exception of waitress.adjustments.Adjustments, or empty.
func waitressWrong(l *line) string {
	has := func(param string) bool { _, ok := l.last(param); return ok }
	inet := has("host") || has("port")
	switch {
	case has("listen") && inet:
		return "host or port may not be set if listen is set."
	case has("unix_socket") && inet:
		return "unix_socket may not be set if host or port is set"
	case has("unix_socket") && has("listen"):
		return "unix_socket may not be set if listen is set"
	}
	for i := range l.given {
		g := &l.given[i]
		if last, _ := l.last(g.option.Param); g.option.Type != "int" || last != *g {
			continue
		}
		number, ok := pyvalue.Int(g.value)
		if !ok {
			return strings.TrimPrefix(notInt(g.value), "ValueError: ")
		}
		g.value = number
	}
	return ""
}

// waitressAddress sets the address: --listen, of which the first counts, or --host and --port.
func (r *reading) waitressAddress(l *line) {
	const usualHost, usualPort = "0.0.0.0", "8080"
	host, port, where := usualHost, usualPort, r.Where
	if g, ok := l.last("host"); ok {
		host, where = g.value, g.where
	}
	if g, ok := l.last("port"); ok {
		port, where = g.value, g.where
	}
	first := true
	for _, g := range l.given {
		if g.option.Param != "listen" {
			continue
		}
		for item := range strings.FieldsSeq(g.value) {
			if !first {
				r.ignore(g.where, "only one address is served")
				continue
			}
			first = false
			host, port, where = item, usualPort, g.where
			if i := strings.LastIndexByte(item, ':'); i >= 0 && !strings.Contains(item[i:], "]") {
				host, port = item[:i], item[i+1:]
			}
		}
	}
	if host = strings.Trim(host, "[]"); host == "*" {
		host = ""
	}
	r.set("addr", net.JoinHostPort(host, port), where)
}
