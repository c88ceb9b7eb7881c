package like

import (
	"net"
	"slices"
	"strings"

	"github.com/target-server/target-server/internal/pyvalue"
)

// uvicorn reads a command line of Uvicorn, and the variables that it reads besides.
func (r *reading) uvicorn(p *program, args []string) error {
	c := clickOf(p, r.Vintage)
	c.where = r.Where
	if r.module {
		c.prog = "python -m uvicorn"
	}
	if exit := c.parse(args); exit != nil {
		return exit
	}
	if err := noServing(&c.found, "version", "help"); err != nil {
		return err
	}
	c.environment(r.lookup)
	if exit := c.check(); exit != nil {
		return exit
	}
	if err := noServing(&c.found, "version", "help"); err != nil {
		return err
	}
	if app, ok := r.lookup(p.AppVariable); ok && app != "" && p.AppVariable != "" && len(c.found.apps) == 0 {
		c.found.apps = []string{app}
	}
	switch apps := c.found.apps; len(apps) {
	case 0:
		return c.usage("Missing argument 'APP'.")
	case 1:
		r.ignoreApp(apps)
	case 2:
		return c.usage("Got unexpected extra argument (" + apps[1] + ")")
	default:
		return c.usage("Got unexpected extra arguments (" + strings.Join(apps[1:], " ") + ")")
	}
	r.set("stack", "uvicorn", r.Where)
	return r.uvicornSettings(&c, "127.0.0.1:8000")
}

// uvicornEnvironment reads what Uvicorn takes from its environment.
func (r *reading) uvicornEnvironment(p *program) error {
	c := clickOf(p, r.Vintage)
	c.environment(r.lookup)
	if exit := c.check(); exit != nil {
		return exit
	}
	if err := noServing(&c.found, "version", "help"); err != nil {
		return err
	}
	return r.uvicornSettings(&c, "")
}

// uvicornSettings translates what click has accepted. addr is the address without options, or empty for ours.
func (r *reading) uvicornSettings(c *click, addr string) error {
	if err := r.uvicornChoices(c); err != nil {
		return err
	}
	if err := r.uvicornWorkers(&c.found); err != nil {
		return err
	}
	r.uvicornAddress(&c.found, addr)
	if list, ok := r.lookup("FORWARDED_ALLOW_IPS"); ok {
		if _, given := c.found.last("forwarded_allow_ips"); !given {
			r.set("forwarded-allow-ips", list, inEnv("FORWARDED_ALLOW_IPS"))
		}
	}
	r.uvicornHeaders(&c.found)
	r.apply(&c.found, uvicornRules())
	return nil
}

func uvicornRules() rules {
	return rules{
		settings: map[string]string{
			"uds": "uds", "loop": "loop", "http": "http", "proxy-headers": "proxy-headers", "server-header": "server-header",
			"date-header": "date-header", "access-log": "access-log", "forwarded-allow-ips": "forwarded-allow-ips", "root-path": "root-path",
			"limit-concurrency": "limit-concurrency", "backlog": "backlog", "limit-max-requests": "limit-max-requests",
			"limit-max-requests-jitter": "max-requests-jitter", "timeout-keep-alive": "keep-alive", "timeout-graceful-shutdown": "graceful-timeout",
			"timeout-worker-healthcheck": "timeout-worker-healthcheck", "h11-max-incomplete-event-size": "h11-max-incomplete-event-size",
		},
		reasons: map[string]string{
			"reload*": noCode, "factory": noCode, "app-dir": noCode, "env-file": noCode, "lifespan": noCode, "interface": noCode, "reset-contextvars": noCode,
			"ssl-*": noTLS, "log-*": noLogs, "use-colors": noLogs, "ws*": noWS, "fd": noSocket, "http2": "Uvicorn's own HTTP/2 is not imitated",
		},
		handled: []string{"host", "port", "workers", "header", "version", "help"},
	}
}

// uvicornChoices refuses the loops and parsers that Uvicorn itself cannot load: since it takes any text for them, it notices
// only when it starts.
func (r *reading) uvicornChoices(c *click) error {
	for i := range c.found.given {
		g := &c.found.given[i]
		switch {
		case !c.current:
		case g.option.Param == "loop" && g.value == "none":
			g.value = "asyncio"
		case g.option.Param == "loop" && !slices.Contains([]string{"auto", "asyncio", "uvloop", "zuvloop"}, g.value) && !strings.Contains(g.value, ":"):
			return &Exit{"ERROR:    Error loading custom loop setup function. " + noModule(g.value) + "\n", cannotRun}
		case g.option.Param == "http" && !slices.Contains([]string{"auto", "h11", "httptools", "zttp"}, g.value) && !strings.Contains(g.value, ":"):
			return traceback("uvicorn.importer.ImportFromStringError: " + noModule(g.value))
		}
	}
	return nil
}

func noModule(text string) string {
	return `Import string "` + text + `" must be in format "<module>:<attribute>".`
}

// uvicornWorkers is Uvicorn's choice of the number of workers: the option, or else WEB_CONCURRENCY. There is one at
// least, and only one with --reload.
func (r *reading) uvicornWorkers(l *line) error {
	g, given := l.last("workers")
	if text, ok := r.lookup("WEB_CONCURRENCY"); ok && (!given) {
		number, isInt := pyvalue.Int(text)
		if !isInt {
			return traceback(notInt(text))
		}
		g.value, g.where, given = number, inEnv("WEB_CONCURRENCY"), true
	}
	if !given {
		return nil
	}
	if reload, ok := l.last("reload"); ok && reload.value == "on" {
		r.ignore(g.where, "with --reload there is one worker")
		return nil
	}
	if g.value == "0" || strings.HasPrefix(g.value, "-") {
		g.value = "1"
	}
	r.set("workers", g.value, g.where)
	return nil
}

// uvicornAddress joins --host and --port.
func (r *reading) uvicornAddress(l *line, addr string) {
	if _, ok := l.last("uds"); ok {
		return
	}
	where := r.Where
	if addr == "" {
		addr = r.Addr
	}
	host, port, err := net.SplitHostPort(addr)
	h, named := l.last("host")
	p, numbered := l.last("port")
	if named {
		host, where = h.value, h.where
	}
	if numbered {
		port, where = p.value, p.where
	}
	if err == nil && (where != "" || named || numbered) {
		r.set("addr", net.JoinHostPort(host, port), where)
	}
}

// uvicornHeaders joins the fields of --header, a line each.
func (r *reading) uvicornHeaders(l *line) {
	var fields []string
	where := ""
	for _, g := range l.given {
		if g.option.Param == "headers" {
			fields, where = append(fields, g.value), g.where
		}
	}
	if len(fields) > 0 {
		r.set("header", strings.Join(fields, "\n"), where)
	}
}
