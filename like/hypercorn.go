package like

import (
	"net"
	"strconv"
	"strings"

	"github.com/target-server/target-server/internal/pyvalue"
)

// hypercorn reads a command line of Hypercorn, which reads nothing from its environment.
func (r *reading) hypercorn(p *program, args []string) error {
	a := argparse{program: p, prog: "hypercorn", usage: p.Usage[""], where: r.Where, one: true}
	if r.module {
		a.prog, a.usage = moduleFile, p.Usage["-m"]
	}
	// Help is printed as soon as it is read.
	if exit := a.parse(args); exit != nil {
		if err := noServing(&a.found, "help"); err != nil {
			return err
		}
		return exit
	}
	if err := noServing(&a.found, "help"); err != nil {
		return err
	}
	l := &a.found
	class, where := "asyncio", r.Where
	if g, ok := l.last("worker_class"); ok {
		class, where = g.value, g.where
	}
	stack := map[string]string{"asyncio": "hypercorn", "uvloop": "hypercorn-uvloop", "trio": "hypercorn-trio"}[class]
	if stack == "" {
		return traceback("ValueError: No worker of class " + class + " exists")
	}
	r.ignoreApp(l.apps)
	r.set("stack", stack, where)
	if exit := r.binds(l, "binds", "127.0.0.1:8000", func(bind string) (string, *Exit) { return hypercornAddress(bind), nil }); exit != nil {
		return exit
	}
	if jitter, ok := l.last("max_requests_jitter"); ok { // hypercorn.__main__ takes the other option's value
		if most, ok := l.last("max_requests"); ok {
			r.set("max-requests-jitter", most.value, jitter.where)
		}
	}
	r.accessLog(l, "access_logfile", "access_log")
	r.apply(l, rules{
		settings: map[string]string{
			"workers": "workers", "backlog": "backlog", "keep-alive": "keep-alive", "graceful-timeout": "graceful-timeout", "max-requests": "limit-max-requests",
			"root-path": "root-path", "access-logformat": "access-log-format",
		},
		reasons: map[string]string{
			"reload": noCode, "debug": noCode, "config": noFile, "log-*": noLogs, "error-log*": noLogs,
			"ca-certs": noTLS, "cert*": noTLS, "ciphers": noTLS, "keyfile*": noTLS, "verify-mode": noTLS, "quic-bind": "QUIC is not imitated",
			"insecure-bind": "only one address is served", "daemon": noDaemon, "pid": noDaemon, "user": noDaemon, "group": noDaemon, "umask": noDaemon,
			"statsd-*": noMetrics, "websocket-*": noWS,
		},
		handled: []string{"bind", "worker-class", "access-log", "access-logfile", "max-requests-jitter"},
	})
	return nil
}

// binds sets the address from the options that name one, of which the first counts. read returns one that begins with
// unix: or fd: as it is.
func (r *reading) binds(l *line, param, usual string, read func(string) (string, *Exit)) *Exit {
	found := false
	for _, g := range l.given {
		if g.option.Param != param {
			continue
		}
		addr, exit := read(g.value)
		path, isPath := strings.CutPrefix(addr, "unix:")
		switch {
		case exit != nil:
			return exit
		case found:
			r.ignore(g.where, "only one address is served")
			continue
		case isPath:
			r.set("uds", path, g.where)
		case strings.HasPrefix(addr, "fd:"):
			r.ignore(g.where, noSocket)
			continue
		default:
			r.set("addr", addr, g.where)
		}
		found = true
	}
	if !found && usual != "" {
		r.set("addr", usual, r.Where)
	}
	return nil
}

// hypercornAddress is Config._create_sockets' reading of an address.
func hypercornAddress(bind string) string {
	if strings.HasPrefix(bind, "unix:") || strings.HasPrefix(bind, "fd:") {
		return bind
	}
	bind = strings.NewReplacer("[", "", "]", "").Replace(bind)
	if i := strings.LastIndexByte(bind, ':'); i >= 0 {
		if port, ok := pyvalue.Int(bind[i+1:]); ok {
			return net.JoinHostPort(bind[:i], port)
		}
	}
	return net.JoinHostPort(bind, strconv.Itoa(usualPort))
}

// usualPort is the port of gunicorn and Hypercorn if an address names none.
const usualPort = 8000

// accessLog switches the access log off unless a place for it is named: gunicorn and Hypercorn log no accesses by default.
func (r *reading) accessLog(l *line, params ...string) {
	for _, param := range params {
		g, ok := l.last(param)
		switch {
		case !ok:
			continue
		case g.value != "-":
			r.ignore(g.where, "access lines go where the stack prints them")
		}
		return
	}
	if r.Where != "" {
		r.imply("access-log", "off")
	}
}
