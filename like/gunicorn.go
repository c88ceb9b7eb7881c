package like

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/server/trust"
)

// failure is what gunicorn prints of an exception while it reads its settings.
func failure(message string) *Exit { return &Exit{"\nError: " + message + "\n", failed} }

// gunicornParser is gunicorn's argparse. Run by python -m, older versions do not know their name.
func (r *reading) gunicornParser(p *program, where string) argparse {
	prog := "gunicorn"
	if r.module && r.Vintage != config.VintageCurrent {
		prog = moduleFile
	}
	return argparse{program: p, prog: prog, usage: strings.Replace(p.Usage[""], "gunicorn", prog, 1), where: where}
}

// gunicorn reads a command line of gunicorn, with the variables that it reads besides.
func (r *reading) gunicorn(p *program, args []string) error {
	if exit := r.gunicornDefaults(); exit != nil {
		return exit
	}
	a := r.gunicornParser(p, r.Where)
	exit := a.parse(args)
	if err := noServing(&a.found, "help", "version"); err != nil {
		return err
	}
	if exit != nil {
		return exit
	}
	l, err := r.gunicornLine(p, &a.found)
	if err != nil {
		return err
	}
	if len(l.apps) == 0 {
		return failure("No application module specified.")
	}
	if err := noServing(l, "check_config", "print_config"); err != nil {
		return err
	}
	r.ignoreApp(l.apps[:1])
	if err := r.workerClass(l); err != nil {
		return err
	}
	r.accessLog(l, "accesslog")
	return r.gunicornSettings(l)
}

// gunicornEnvironment reads what gunicorn takes from its environment. The stack is chosen already.
func (r *reading) gunicornEnvironment(p *program) error {
	if exit := r.gunicornDefaults(); exit != nil {
		return exit
	}
	l, err := r.gunicornLine(p, &line{})
	if err != nil {
		return err
	}
	if g, ok := l.last("worker_class"); ok {
		r.ignore(g.where, "--stack chooses the worker class")
	}
	return r.gunicornSettings(l)
}

// gunicornDefaults checks the variables that gunicorn's defaults come from, when its settings are declared.
func (r *reading) gunicornDefaults() *Exit {
	if text, ok := r.lookup("WEB_CONCURRENCY"); ok {
		number, isInt := pyvalue.Int(text)
		if !isInt {
			return traceback(notInt(text))
		}
		if strings.HasPrefix(number, "-") {
			return failure("Value must be positive: " + number)
		}
	}
	if list, ok := r.lookup("FORWARDED_ALLOW_IPS"); ok {
		return r.networks(list)
	}
	return nil
}

// networks refuses what is no network, as gunicorn does since 21.
func (r *reading) networks(list string) *Exit {
	if r.Vintage != config.VintageCurrent || strings.TrimSpace(list) == "" {
		return nil
	}
	for item := range strings.SplitSeq(list, ",") {
		if item == "" {
			continue
		}
		item = strings.TrimSpace(item)
		if _, ok := trust.Network(item); ok || item == "*" {
			continue
		}
		host, _, _ := strings.Cut(item, "/")
		if _, err := netip.ParseAddr(host); err == nil && strings.Contains(item, "/") {
			if _, err := netip.ParsePrefix(item); err == nil {
				return failure(item + " has host bits set")
			}
		}
		return failure(repr(item) + " does not appear to be an IPv4 or IPv6 network")
	}
	return nil
}

// gunicornLine returns the options of GUNICORN_CMD_ARGS, followed by those of the command line, whose values gunicorn
// checks once both can be parsed.
func (r *reading) gunicornLine(p *program, own *line) (*line, error) {
	all := &line{apps: own.apps}
	if text, ok := r.lookup("GUNICORN_CMD_ARGS"); ok {
		args, wrong := shlex(text)
		if wrong != "" {
			return nil, failure(wrong)
		}
		env := r.gunicornParser(p, inEnv("GUNICORN_CMD_ARGS"))
		exit := env.parse(args)
		if err := noServing(&env.found, "help", "version"); err != nil {
			return nil, err
		}
		if exit != nil {
			return nil, exit
		}
		all.given = env.found.given
		if exit := r.validate(all); exit != nil {
			return nil, exit
		}
	}
	if exit := r.validate(own); exit != nil {
		return nil, exit
	}
	all.given = append(dropLists(all.given, own), own.given...)
	return all, nil
}

// dropLists removes the repeatable options that the command line names too: it replaces the whole list.
func dropLists(env []given, own *line) []given {
	var kept []given
	for _, g := range env {
		if _, again := own.last(g.option.Param); g.option.Kind != "list" || !again {
			kept = append(kept, g)
		}
	}
	return kept
}

// validate is what gunicorn checks when it has parsed: no number may be negative.
func (r *reading) validate(l *line) *Exit {
	for _, g := range l.given {
		switch g.option.Validator {
		case "validate_pos_int":
			if g.option.Type == "int" && strings.HasPrefix(g.value, "-") && g.value != "-0" {
				return failure("Value must be positive: " + g.value)
			}
		case "validate_string_to_addr_list":
			if exit := r.networks(g.value); exit != nil {
				return exit
			}
		}
	}
	return nil
}

// workerClass chooses the stack. Without -k it is sync, which --threads makes gthread.
func (r *reading) workerClass(l *line) error {
	class, where := "sync", r.Where
	if g, ok := l.last("worker_class"); ok {
		class, where = strings.TrimSpace(g.value), g.where
	}
	class = strings.TrimPrefix(class, "egg:gunicorn#")
	threads, _ := l.last("threads")
	if class == "sync" || strings.HasSuffix(class, "SyncWorker") {
		class = "sync"
		if n, err := strconv.Atoi(threads.value); err == nil && n > 1 {
			class = "gthread"
		}
	}
	current := r.Vintage == config.VintageCurrent
	switch class {
	case "sync":
		r.set("stack", "gunicorn-sync", where)
	case "gthread", "gunicorn.workers.gthread.ThreadWorker":
		r.set("stack", "gunicorn-gthread", where)
	case "uvicorn.workers.UvicornWorker":
		r.set("stack", "gunicorn-uvicorn", where)
	case "uvicorn_worker.UvicornWorker", "uvicorn_worker.UvicornH11Worker":
		if !current { // that package is newer
			return noClass(class, "ModuleNotFoundError: No module named 'uvicorn_worker'")
		}
		if class == "uvicorn_worker.UvicornH11Worker" {
			return r.otherClass(class, where)
		}
		r.set("stack", "gunicorn-uvicorn", where)
	case "eventlet", "gevent", "gevent_wsgi", "gevent_pywsgi", "tornado", "uvicorn.workers.UvicornH11Worker":
		return r.otherClass(class, where)
	case "asgi":
		if current {
			return r.otherClass(class, where)
		}
		return noClass(class, noEntry(class))
	default:
		if strings.Contains(class, ".") {
			return r.otherClass(class, where)
		}
		return noClass(class, noEntry(class))
	}
	return nil
}

func noEntry(class string) string {
	return "ImportError: Entry point ('gunicorn.workers', " + repr(class) + ") not found"
}

// noClass is gunicorn's report of a worker class that cannot be loaded.
func noClass(class, exception string) *Exit {
	return &Exit{"\nError: class uri " + repr(class) + " invalid or not found: \n\n[Traceback (most recent call last):\n" + exception + "\n]\n\n", failed}
}

func (r *reading) otherClass(class, where string) error {
	return &config.Error{
		Setting: "like", Where: where,
		Reason: short(class) + " is a worker class that is not imitated; accepted: sync, gthread, uvicorn.workers.UvicornWorker",
	}
}

// gunicornSettings translates the options, and the variables that are their defaults.
func (r *reading) gunicornSettings(l *line) error {
	if text, ok := r.lookup("WEB_CONCURRENCY"); ok {
		if _, given := l.last("workers"); !given {
			number, _ := pyvalue.Int(text)
			r.set("workers", number, inEnv("WEB_CONCURRENCY"))
		}
	}
	if list, ok := r.lookup("FORWARDED_ALLOW_IPS"); ok {
		if _, given := l.last("forwarded_allow_ips"); !given {
			r.set("forwarded-allow-ips", list, inEnv("FORWARDED_ALLOW_IPS"))
		}
	}
	usual := ""
	if r.Where != "" {
		usual = "127.0.0.1:8000"
	}
	if port, ok := r.lookup("PORT"); ok {
		addr, exit := gunicornAddress("0.0.0.0:" + port)
		if _, bound := l.last("bind"); !bound {
			if exit != nil {
				return exit
			}
			r.set("addr", addr, inEnv("PORT"))
			usual = ""
		}
	}
	if exit := r.binds(l, "bind", usual, gunicornAddress); exit != nil {
		return exit
	}
	for i := range l.given {
		g := &l.given[i]
		switch {
		case g.option.Param == "timeout" && zero(g.value), g.option.Param == "max_requests" && zero(g.value):
			g.value = "none"
		case g.option.Param == "forwarded_allow_ips":
			g.value = strings.TrimSpace(g.value)
		}
	}
	r.apply(l, gunicornRules())
	return nil
}

func zero(number string) bool { return strings.Trim(number, "-0") == "" }

func gunicornRules() rules {
	return rules{
		settings: map[string]string{
			"backlog": "backlog", "workers": "workers", "threads": "limit", "worker-connections": "worker-connections", "max-requests": "limit-max-requests",
			"max-requests-jitter": "max-requests-jitter", "timeout": "timeout", "graceful-timeout": "graceful-timeout", "keep-alive": "keep-alive",
			"limit-request-line": "limit-request-line", "limit-request-fields": "limit-request-fields", "limit-request-field_size": "limit-request-field-size",
			"forwarded-allow-ips": "forwarded-allow-ips", "access-logformat": "access-log-format", "root-path": "root-path",
		},
		reasons: map[string]string{
			"config": noFile, "reload*": noCode, "preload": noCode, "spew": noCode, "chdir": noCode, "pythonpath": noCode, "paste*": noCode, "env": noCode,
			"daemon": noDaemon, "pid": noDaemon, "user": noDaemon, "group": noDaemon, "umask": noDaemon, "initgroups": noDaemon, "worker-tmp-dir": noDaemon,
			"name": noDaemon, "log-*": noLogs, "logger-class": noLogs, "capture-output": noLogs, "enable-stdio-inheritance": noLogs,
			"disable-redirect-access-to-syslog": noLogs, "statsd-*": noMetrics, "dogstatsd-*": noMetrics, "enable-backlog-metric": noMetrics,
			"keyfile": noTLS, "certfile": noTLS, "ssl-version": noTLS, "cert-reqs": noTLS, "ca-certs": noTLS, "ciphers": noTLS, "suppress-ragged-eofs": noTLS,
			"do-handshake-on-connect": noTLS, "http2-*": "gunicorn has HTTP/2 over TLS only", "asgi-*": "the worker class asgi is not imitated",
			"dirty-*": "dirty workers are not imitated", "control-socket*": "there is no control socket",
			"no-control-socket": "there is no control socket", "reuse-port": "the workers share one socket", "no-sendfile": "no file is sent by sendfile",
		},
		handled: []string{"bind", "worker-class", "access-logfile"},
	}
}

// gunicornAddress is gunicorn.util.parse_address.
func gunicornAddress(text string) (string, *Exit) {
	if path, ok := strings.CutPrefix(text, "unix:"); ok {
		return "unix:" + strings.TrimPrefix(path, "//"), nil
	}
	if fd, ok := strings.CutPrefix(text, "fd://"); ok {
		if _, isInt := pyvalue.Int(fd); !isInt {
			return "", &Exit{"\nError: " + repr(fd) + " is not a valid file descriptor.\n\n", failed}
		}
		return "fd:" + fd, nil
	}
	text = strings.TrimPrefix(text, "tcp://")
	host, port := text, strconv.Itoa(usualPort)
	switch {
	case strings.Contains(text, "[") && strings.Contains(text, "]"):
		host = strings.SplitN(text, "]", 2)[0][1:]
		if _, after, found := strings.Cut(text, "]:"); found {
			port = after
		}
	case strings.Contains(text, ":"):
		parts := strings.Split(text, ":")
		host, port = parts[0], parts[1]
	case text == "":
		host = "0.0.0.0"
	}
	number, ok := pyvalue.Int(port)
	if !ok {
		return "", &Exit{"\nError: " + repr(port) + " is not a valid port number.\n\n", failed}
	}
	return joinLower(host, number), nil
}

func joinLower(host, port string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return strings.ToLower(host) + ":" + port
}
