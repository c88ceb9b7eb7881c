package like

import (
	"regexp"
	"slices"
	"strings"

	"github.com/target-server/target-server/internal/pyvalue"
)

// argparse parses a command line as Python 3.11's argparse does.
type argparse struct {
	*program
	prog  string // as messages name the program
	usage string
	where string // the source of the line
	// one: the program takes exactly one argument; otherwise any number of them that stand together.
	one bool

	found  line
	closed bool // the arguments have been taken
	extras []string
}

// fail is ArgumentParser.error.
func (a *argparse) fail(message string) *Exit {
	return &Exit{a.usage + a.prog + ": error: " + message + "\n", misused}
}

func (a *argparse) bad(o *option, message string) *Exit {
	return a.fail("argument " + strings.Join(o.Names, "/") + ": " + message)
}

// word is an argument as the parser classifies it: an option (with the value after an = or in the same word), an unknown
// option, or none.
type word struct {
	text     string
	isOption bool
	option   *option
	name     string
	value    string
	has      bool
	dashes   bool // it is the -- after which there are no options
}

var negative = regexp.MustCompile(`^-\d+$|^-\d*\.\d+$`)

// classify is _parse_optional for all words.
func (a *argparse) classify(args []string) ([]word, *Exit) {
	all := make([]word, 0, len(args))
	for i, text := range args {
		if text == "--" {
			all = append(all, word{text: text, dashes: true})
			for _, rest := range args[i+1:] {
				all = append(all, word{text: rest})
			}
			return all, nil
		}
		w := word{text: text}
		if len(text) < 2 || text[0] != '-' {
			all = append(all, w)
			continue
		}
		matches := a.matches(text)
		switch {
		case len(matches) > 1:
			names := make([]string, len(matches))
			for i, m := range matches {
				names[i] = m.name
			}
			return nil, a.fail("ambiguous option: " + text + " could match " + strings.Join(names, ", "))
		case len(matches) == 1:
			w = matches[0]
			w.text = text
		default:
			w.isOption = !negative.MatchString(text) && !strings.Contains(text, " ")
		}
		all = append(all, w)
	}
	return all, nil
}

// matches are the options that a word may mean: the one that it names, or those that it begins.
func (a *argparse) matches(text string) []word {
	if o := a.find(text); o != nil {
		return []word{{isOption: true, option: o, name: text}}
	}
	name, value, has := strings.Cut(text, "=")
	if o := a.find(name); has && o != nil {
		return []word{{isOption: true, option: o, name: name, value: value, has: true}}
	}
	var found []word
	if strings.HasPrefix(text, "--") {
		for _, known := range a.names() {
			if strings.HasPrefix(known, name) {
				found = append(found, word{isOption: true, option: a.find(known), name: known, value: value, has: has})
			}
		}
		return found
	}
	if o := a.find(text[:2]); o != nil {
		return []word{{isOption: true, option: o, name: text[:2], value: text[2:], has: true}}
	}
	return nil
}

// parse takes the words in turn, and checks each value as it comes.
func (a *argparse) parse(args []string) *Exit {
	all, exit := a.classify(args)
	if exit != nil {
		return exit
	}
	for i := 0; i < len(all); {
		w := all[i]
		switch {
		case !w.isOption:
			from := i
			for i < len(all) && !all[i].isOption {
				i++
			}
			a.arguments(all[from:i])
		case w.option == nil:
			a.extras = append(a.extras, w.text)
			i++
		default:
			i++
			used, exit := a.take(w, all[i:])
			if exit != nil {
				return exit
			}
			i += used
		}
	}
	if a.one && !a.closed {
		return a.fail("the following arguments are required: application")
	}
	if len(a.extras) > 0 {
		return a.fail("unrecognized arguments: " + strings.Join(a.extras, " "))
	}
	return nil
}

// arguments takes words that stand together and are no options.
func (a *argparse) arguments(words []word) {
	used := 0
	switch {
	case a.closed:
	case a.one: // one argument, with a -- before or after it
		first := slices.IndexFunc(words, func(w word) bool { return !w.dashes })
		if first < 0 {
			break
		}
		used = first + 1
		if used < len(words) && words[used].dashes {
			used++
		}
		a.closed = true
	default:
		used, a.closed = len(words), true
	}
	for i, w := range words {
		switch {
		case i >= used:
			a.extras = append(a.extras, w.text)
		case !w.dashes:
			a.found.apps = append(a.found.apps, w.text)
		}
	}
}

// take takes an option with its value, which may be the next word.
func (a *argparse) take(w word, next []word) (used int, exit *Exit) {
	o := w.option
	short := !strings.HasPrefix(w.name, "--")
	switch {
	case o.isFlag() && w.has && short && w.value != "" && a.find("-"+w.value[:1]) != nil: // as in -DR
		a.add(o, w.name, "on")
		rest := word{isOption: true, option: a.find("-" + w.value[:1]), name: "-" + w.value[:1]}
		if len(w.value) > 1 {
			rest.value, rest.has = w.value[1:], true
		}
		return a.take(rest, next)
	case o.isFlag() && w.has:
		return 0, a.bad(o, "ignored explicit argument "+repr(w.value))
	case o.isFlag():
		a.add(o, w.name, "on")
		return 0, nil
	case w.has && w.value == "--": // which is taken for the end of options, so that there is no value
		return 0, nil
	case !w.has && o.Kind == "optional" && (len(next) == 0 || next[0].isOption || next[0].dashes):
		a.add(o, w.name, "")
		return 0, nil
	case !w.has && (len(next) == 0 || next[0].isOption || next[0].dashes):
		return 0, a.bad(o, "expected one argument")
	case !w.has:
		w.value, used = next[0].text, 1
	}
	if reason := convertArgument(o, &w.value); reason != "" {
		return 0, a.bad(o, reason)
	}
	a.add(o, w.name, w.value)
	return used, nil
}

func (a *argparse) add(o *option, name, value string) {
	a.found.given = append(a.found.given, given{o, value, a.where + ", " + name})
}

// convertArgument is the type of an option; it says what is wrong with a value.
func convertArgument(o *option, value *string) string {
	switch o.Type {
	case "int":
		number, ok := pyvalue.Int(*value)
		if !ok {
			return "invalid int value: " + repr(*value)
		}
		*value = number
	case "auto_int":
		if !autoInt.MatchString(strings.TrimSpace(*value)) {
			return "invalid auto_int value: " + repr(*value)
		}
	case "_convert_verify_mode":
		if !slices.Contains([]string{"CERT_NONE", "CERT_OPTIONAL", "CERT_REQUIRED"}, *value) {
			return "'" + *value + "' is not a valid verify mode"
		}
	}
	return ""
}

// autoInt is what int(text, 0) accepts, and gunicorn's octal 0755 besides.
var autoInt = regexp.MustCompile(`(?i)^[+-]?(0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+|[0-9][0-9_]*)$`)
