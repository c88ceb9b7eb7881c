package like

import (
	"slices"
	"strings"
)

// getopt parses a command line as Python's getopt.getopt does with waitress' options, all of them long.
type getopt struct {
	*program
	prog  string
	where string
	found line
}

// fail is show_help with an error. waitress/__main__.py drops the exit status.
func (g *getopt) fail(message string) *Exit {
	status := failed
	if g.prog == moduleFile {
		status = 0
	}
	return &Exit{"Error: " + message + "\n\n" + strings.ReplaceAll(g.Usage[""], "{0}", g.prog) + "\n", status}
}

func (g *getopt) parse(args []string) *Exit {
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			break
		}
		if arg[1] != '-' {
			return g.fail("option -" + arg[1:2] + " not recognized")
		}
		name, value, has := strings.Cut(arg[2:], "=")
		o, full, exit := g.match(name)
		switch {
		case exit != nil:
			return exit
		case o.isFlag() && has:
			return g.fail("option --" + full + " must not have an argument")
		case o.isFlag():
			value = "on"
			if slices.Contains(o.Off, full) {
				value = "off"
			}
		case !has && len(args) == 0:
			return g.fail("option --" + full + " requires argument")
		case !has:
			value, args = args[0], args[1:]
		}
		g.found.given = append(g.found.given, given{o, value, g.where + ", --" + full})
	}
	g.found.apps = args
	return nil
}

// match is long_has_args: a full name, or the beginning of one.
func (g *getopt) match(name string) (o *option, full string, exit *Exit) {
	if o := g.find(name); o != nil {
		return o, name, nil
	}
	var possible []string
	for _, known := range g.names() {
		if strings.HasPrefix(known, name) {
			possible = append(possible, known)
		}
	}
	switch len(possible) {
	case 0:
		return nil, "", g.fail("option --" + name + " not recognized")
	case 1:
		return g.find(possible[0]), possible[0], nil
	}
	return nil, "", g.fail("option --" + name + " not a unique prefix")
}
