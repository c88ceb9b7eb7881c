package like

import (
	"fmt"
	"slices"
	"strings"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/pyvalue"
)

// click parses a command line as click does: 8.1 at 2023-03, 8.5 at current.
type click struct {
	*program
	current bool
	prog    string // the program, as messages name it
	where   string // the source of the line
	found   line
}

// usage is a UsageError.
func (c *click) usage(message string) *Exit {
	return &Exit{fmt.Sprintf("Usage: %s [OPTIONS] APP\nTry '%s --help' for help.\n\nError: %s\n", c.prog, c.prog, message), misused}
}

// parse takes the arguments apart; values are checked afterwards, in the order of the options.
func (c *click) parse(args []string) *Exit {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			c.found.apps = append(c.found.apps, args...)
			return nil
		case len(arg) < 2 || arg[0] != '-':
			c.found.apps = append(c.found.apps, arg)
			continue
		}
		name, value, has := strings.Cut(arg, "=")
		o := c.find(name)
		switch {
		case o == nil:
			return c.unknown(name)
		case o.isFlag() && has:
			return &Exit{fmt.Sprintf("Error: Option %s does not take a value.\n", repr(name)), misused}
		case o.isFlag():
			value = "on"
			if slices.Contains(o.Off, name) {
				value = "off"
			}
		case !has && len(args) == 0:
			return &Exit{fmt.Sprintf("Error: Option %s requires an argument.\n", repr(name)), misused}
		case !has:
			value, args = args[0], args[1:]
		}
		c.found.given = append(c.found.given, given{o, value, c.where + ", " + name})
	}
	return nil
}

// unknown is NoSuchOption. After a single dash, click looks for an option of one letter.
func (c *click) unknown(name string) *Exit {
	var like []string
	if strings.HasPrefix(name, "--") {
		like = closest(name, c.names())
	} else {
		name = name[:2]
	}
	if !c.current {
		slices.Sort(like)
		message := "No such option: " + name
		switch len(like) {
		case 0:
		case 1:
			message += " Did you mean " + like[0] + "?"
		default:
			message += " (Possible options: " + strings.Join(like, ", ") + ")"
		}
		return c.usage(message)
	}
	message := "No such option " + repr(name) + "."
	slices.Sort(like)
	switch len(like) {
	case 0:
	case 1:
		message += " Did you mean " + repr(like[0]) + "?"
	default:
		quoted := make([]string, len(like))
		for i, word := range like {
			quoted[i] = repr(word)
		}
		message += " (Did you mean one of: " + strings.Join(quoted, ", ") + "?)"
	}
	return c.usage(message)
}

// environment adds the options that the line does not have, from variables, after it in their order. --version and --help
// come before all others: a UVICORN_VERSION=0.54 that a build has left there ends the real one with an error.
func (c *click) environment(lookup func(string) (string, bool)) {
	for i := range c.Options {
		o := &c.Options[i]
		eager := o.Param == "version" || o.Param == "help"
		if _, given := c.found.last(o.Param); given || o.Param == "help" && c.current {
			continue
		}
		name := "UVICORN_" + strings.ToUpper(o.Param)
		value, ok := lookup(name)
		if !ok || value == "" {
			continue
		}
		if eager {
			c.found.given = append([]given{{o, value, inEnv(name)}}, c.found.given...)
			continue
		}
		values := []string{value}
		if o.Kind == "list" {
			values = strings.Fields(value)
		}
		for _, v := range values {
			c.found.given = append(c.found.given, given{o, v, inEnv(name)})
		}
	}
}

// inEnv names a variable as errors do.
func inEnv(name string) string { return "environment variable " + name }

// check converts every value, in the order in which the options were first given.
func (c *click) check() *Exit {
	checked := map[*option]bool{}
	for _, first := range c.found.given {
		if checked[first.option] {
			continue
		}
		checked[first.option] = true
		for i := range slices.Backward(c.found.given) { // the last counts, or all of a list
			g := &c.found.given[i]
			if g.option != first.option {
				continue
			}
			if reason := c.convert(g); reason != "" {
				return c.usage(fmt.Sprintf("Invalid value for '%s': %s", g.option.Names[0], reason))
			}
			if g.option.Kind != "list" {
				break
			}
		}
	}
	return nil
}

// convert checks one value, and says what is wrong with it.
func (c *click) convert(g *given) string {
	switch {
	case len(g.option.Choices) > 0:
		if slices.Contains(g.option.Choices, g.value) {
			return ""
		}
		quoted := make([]string, len(g.option.Choices))
		for i, word := range g.option.Choices {
			quoted[i] = repr(word)
		}
		return repr(g.value) + " is not one of " + strings.Join(quoted, ", ") + "."
	case g.option.Type == "integer":
		number, ok := pyvalue.Int(g.value)
		if !ok {
			return repr(g.value) + " is not a valid integer."
		}
		g.value = number
	case g.option.Type == "float":
		if _, ok := pyvalue.Float(g.value); !ok {
			return repr(g.value) + " is not a valid float."
		}
	case g.option.Type == "boolean":
		switch strings.ToLower(strings.TrimSpace(g.value)) {
		case "1", "true", "t", "yes", "y", "on":
			g.value = "on"
		case "0", "false", "f", "no", "n", "off":
			g.value = "off"
		default:
			if c.current {
				return repr(g.value) + " is not a valid boolean. Recognized values: , 0, 1, f, false, n, no, off, on, t, true, y, yes"
			}
			return repr(g.value) + " is not a valid boolean."
		}
	}
	return ""
}

// clickOf makes the parser of a vintage.
func clickOf(p *program, vintage string) click {
	return click{program: p, current: vintage == config.VintageCurrent, prog: p.name}
}
