package like

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/config"
)

// Read returns what the real server's command line and environment say. Its error is an [*Exit], as the real server ends,
// or a [*config.Error] about a line that is none of a known program.
func Read(ask config.Foreign) (config.ForeignSettings, error) {
	r := &reading{Foreign: ask}
	if ask.Where == "" {
		return r.fromEnvironment()
	}
	args, err := words(ask.Line)
	if err != nil {
		return r.found, r.wrong(err.Error())
	}
	args = r.assign(args)
	name, args := programOf(args, &r.module)
	serve := map[string]func(*program, []string) error{
		"uvicorn": r.uvicorn, "gunicorn": r.gunicorn, "hypercorn": r.hypercorn, "waitress-serve": r.waitress,
	}[name]
	if serve == nil {
		return r.found, r.wrong(short(name) + ` is no program that is imitated; accepted: a command line of ` + programs)
	}
	p, err := load(ask.Vintage, name)
	if err != nil {
		return r.found, nil //nolint:nilerr // an unknown vintage is reported as such
	}
	err = serve(p, args)
	return r.found, err
}

const programs = "uvicorn, gunicorn, hypercorn or waitress-serve"

// fromEnvironment reads the environment of the stack's server, without a line.
func (r *reading) fromEnvironment() (config.ForeignSettings, error) {
	name, prefix, serve := "uvicorn", "UVICORN_", r.uvicornEnvironment
	switch {
	case r.Stack == "uvicorn":
	case strings.HasPrefix(r.Stack, "gunicorn-"):
		name, prefix, serve = "gunicorn", "GUNICORN_", r.gunicornEnvironment
	default:
		return r.found, nil
	}
	if r.Environ != nil && !slices.ContainsFunc(r.Environ, func(pair string) bool { return strings.HasPrefix(pair, prefix) }) {
		err := serve(&program{name: name}) // no options: the usual case, which must not cost the start a millisecond
		return r.found, err
	}
	p, err := load(r.Vintage, name)
	if err != nil {
		return r.found, nil //nolint:nilerr // the same
	}
	err = serve(p)
	return r.found, err
}

// programOf takes the program off a command: its path, or python -m and its module.
func programOf(args []string, module *bool) (name string, rest []string) {
	if len(args) == 0 {
		return "", nil
	}
	name, rest = filepath.Base(args[0]), args[1:]
	if python.MatchString(name) && len(rest) > 1 && rest[0] == "-m" {
		*module = true
		name, rest = rest[1], rest[2:]
		if name == "waitress" {
			name = "waitress-serve"
		}
	}
	return name, rest
}

// moduleFile is what sys.argv[0] ends with after python -m.
const moduleFile = "__main__.py"

var python = regexp.MustCompile(`^(python|pypy)[0-9.]*$`)

// reading collects what one command line and environment say.
type reading struct {
	config.Foreign
	found  config.ForeignSettings
	module bool // the program is run by python -m
	own    map[string]string
}

// assign takes the variables off the beginning of a command, as in PORT=80 gunicorn.
func (r *reading) assign(args []string) []string {
	r.own = map[string]string{}
	for len(args) > 0 && assignment.MatchString(args[0]) {
		name, value, _ := strings.Cut(args[0], "=")
		r.own[name] = value
		args = args[1:]
	}
	return args
}

var assignment = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

// lookup is the environment of the real program.
func (r *reading) lookup(name string) (string, bool) {
	if value, ok := r.own[name]; ok {
		return value, true
	}
	if r.LookupEnv == nil {
		return "", false
	}
	return r.LookupEnv(name)
}

// wrong is an error of the line as a whole.
func (r *reading) wrong(reason string) error {
	return &config.Error{Setting: "like", Where: r.Where, Reason: reason}
}

// refuse is an error about an option whose meaning is not imitated.
func refuse(g given, reason string) error {
	return &config.Error{Setting: "like", Where: g.where, Reason: reason}
}

// short quotes an outside text on one short line.
func short(text string) string {
	const longest = 60
	if len(text) > longest {
		return fmt.Sprintf("%q… (%d bytes)", strings.ToValidUTF8(text[:longest], ""), len(text))
	}
	return strconv.Quote(text)
}

// set gives a setting of ours a value.
func (r *reading) set(setting, value, where string) {
	r.found.Values = append(r.found.Values, config.ForeignSetting{Setting: setting, Value: value, Where: where})
}

// imply is the same for what follows from the absence of an option.
func (r *reading) imply(setting, value string) {
	r.found.Values = append(r.found.Values, config.ForeignSetting{Setting: setting, Value: value, Where: r.Where, Implied: true})
}

func (r *reading) ignore(where, reason string) {
	r.found.Ignored = append(r.found.Ignored, config.Error{Where: where, Reason: "is ignored: " + reason})
}

// ignoreApp says that the application is not loaded.
func (r *reading) ignoreApp(apps []string) {
	if len(apps) > 0 {
		r.ignore(r.Where+", "+short(apps[0]), "target-server runs no Python code; it serves the article's program, or that of --program")
	}
}

// rules says what becomes of a program's options, by their names without dashes. What has no rule is not imitated.
type rules struct {
	// settings are the settings of ours that take over a value, in the order of the parameters.
	settings map[string]string
	// reasons say why others are ignored; a name that ends with * is a prefix.
	reasons map[string]string
	// handled are dealt with elsewhere.
	handled []string
}

// apply translates the options of a line. Of an option that is given several times the last counts, as in the real
// program.
func (r *reading) apply(l *line, of rules) {
	for i, g := range l.given {
		name := strings.TrimLeft(g.option.name(), "-")
		if last, _ := l.last(g.option.Param); slices.Contains(of.handled, name) || g.option.Kind != "list" && l.given[i] != last {
			continue
		}
		if setting := of.settings[name]; setting != "" {
			r.set(setting, g.value, g.where)
			continue
		}
		r.ignore(g.where, of.reason(name))
	}
}

func (of rules) reason(name string) string {
	for pattern, reason := range of.reasons {
		prefix, isPrefix := strings.CutSuffix(pattern, "*")
		if name == pattern || isPrefix && strings.HasPrefix(name, prefix) {
			return reason
		}
	}
	return "it is not imitated"
}

// The reasons why options are ignored.
const (
	noCode    = "there is no Python code to find, to watch or to run"
	noTLS     = "TLS is not imitated; the server speaks plain HTTP"
	noLogs    = "log lines have their usual form and place"
	noDaemon  = "target-server stays in the foreground, as the user that starts it"
	noFile    = "a configuration of Python or TOML is not read; give its settings as options"
	noSocket  = "a socket is not inherited"
	noWS      = "WebSockets are not imitated"
	noMetrics = "no metrics are sent; --admin-addr serves some"
)

// noServing refuses a line that makes the real program print something and end.
func noServing(l *line, params ...string) error {
	for _, param := range params {
		if g, ok := l.last(param); ok && g.value != "off" {
			return refuse(g, fmt.Sprintf("%s makes the real program print something and end; accepted: a command line that serves", g.option.name()))
		}
	}
	return nil
}
