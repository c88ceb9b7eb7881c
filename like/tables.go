package like

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
)

//go:embed tables/*.json
var tables embed.FS

// option is one option of a real program.
type option struct {
	// Names are what it is called, dashes included, except for getopt's; Off are the names that switch it off.
	Names, Off []string
	// Kind is value, optional (a value that may be missing), list (a value that may be repeated), flag or toggle (a flag with names to switch it off).
	Kind string
	// Type is the name of the parser's type of values.
	Type string
	// Choices are the accepted values, if there are only some.
	Choices []string
	// Param is the real program's name for it, as in the variable UVICORN_LIMIT_CONCURRENCY.
	Param string
	// Validator is what gunicorn checks values with.
	Validator string
}

// isFlag reports whether it takes no value.
func (o *option) isFlag() bool { return o.Kind == "flag" || o.Kind == "toggle" }

// name is the one that messages use: the longest.
func (o *option) name() string { return o.Names[len(o.Names)-1] }

// program is a real program's command line at one vintage.
type program struct {
	name    string
	Options []option
	// Usage is what comes before an error: under "-m" after python -m, if that differs.
	Usage map[string]string
	// AppVariable may name the application in place of an argument.
	AppVariable string `json:"app_variable"`
}

// find returns the option with a name, or nil.
func (p *program) find(name string) *option {
	for i := range p.Options {
		if slices.Contains(p.Options[i].Names, name) {
			return &p.Options[i]
		}
		if slices.Contains(p.Options[i].Off, name) {
			return &p.Options[i]
		}
	}
	return nil
}

// names are all names of options, in their order.
func (p *program) names() []string {
	var all []string
	for i := range p.Options {
		all = append(append(all, p.Options[i].Names...), p.Options[i].Off...)
	}
	return all
}

// load returns a program at a vintage.
func load(vintage, name string) (*program, error) {
	text, err := tables.ReadFile("tables/" + vintage + ".json")
	if err != nil {
		return nil, fmt.Errorf("command lines at vintage %s: %w", vintage, err)
	}
	var all map[string]*program
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("command lines at vintage %s: %w", vintage, err)
	}
	all[name].name = name
	return all[name], nil
}

// given is an option with its value, as the user gave it.
type given struct {
	option *option
	value  string // of a flag: on or off
	where  string // its source, as errors name it
}

// line is a command line that the real parser accepts.
type line struct {
	apps  []string
	given []given
}

// last returns the value of an option that was given last, by its param.
func (l *line) last(param string) (given, bool) {
	for i := len(l.given) - 1; i >= 0; i-- {
		if l.given[i].option.Param == param {
			return l.given[i], true
		}
	}
	return given{}, false
}
