package config

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"
)

// configName is the one setting that is not in the table: a file cannot name another file.
const configName = "config"

// argReader collects flags with the standard flag package, which stops at the first error; it then continues after
// that.
type argReader struct {
	table   []option
	set     *flag.FlagSet
	found   givens
	config  given
	version bool
	// bare is the last flag if it was a toggle, or nil.
	bare *option
	// skips: the last flag is unknown, and the next argument is probably its value. It is not reported as well, nor shown
	// if the flag may be a misspelt --admin-token.
	skips    bool
	stacks   []string // their names
	commands []string
	errs     []error
}

// first is the first of some arguments, or empty.
func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// readArgs returns the settings of the arguments, and the value of --config.
func readArgs(from Sources, table []option) (givens, given, error) {
	args := from.Args
	r := &argReader{table: table, stacks: stackNames(from.Stacks), commands: from.Commands, set: flag.NewFlagSet("", flag.ContinueOnError), found: givens{}}
	r.set.SetOutput(io.Discard)
	r.set.Usage = func() {}
	r.define()
	for len(args) > 0 {
		r.bare = nil
		err := r.set.Parse(args)
		switch rest := r.set.Args(); {
		case errors.Is(err, flag.ErrHelp):
			return nil, given{}, ErrHelp
		case err != nil && strings.HasPrefix(err.Error(), "bad flag syntax"):
			r.refuse(rest[0], first(rest[1:])) // the one error after which Args still begins with the bad argument
			args = rest[1:]
		case err != nil:
			r.refuse(args[len(args)-len(rest)-1], first(rest))
			args = rest
		case len(rest) > 0:
			r.positional(args[max(0, len(args)-len(rest)-1)], rest[0])
			args = rest[1:]
		default:
			args = nil
		}
	}
	if r.version {
		return nil, given{}, ErrVersion
	}
	return r.found, r.config, errors.Join(r.errs...)
}

// define declares every spelling of every setting to the flag package.
func (r *argReader) define() {
	for i := range r.table {
		o := &r.table[i]
		for _, name := range o.spellings() {
			if o.isToggle() {
				r.set.BoolFunc(name, "", func(value string) error { r.toggle(o, name, value); return nil })
				if o.negatable {
					r.set.BoolFunc(negation+name, "", func(value string) error { r.negate(o, negation+name, value); return nil })
				}
				continue
			}
			r.set.Func(name, "", func(value string) error { r.take(o, name, value); return nil })
		}
	}
	r.set.Func(configName, "", func(value string) error {
		r.bare = nil
		if r.config.where != "" {
			r.fail(configName, flagPrefix+configName, "is given twice; give it once")
		}
		r.config = given{value, flagPrefix + configName}
		return nil
	})
	r.set.BoolFunc("version", "", func(string) error { r.version = true; return nil })
}

func (r *argReader) toggle(o *option, name, value string) {
	r.take(o, name, value)
	r.bare = o
}

// negation begins the flag that switches a setting off.
const negation = "no-"

// negate takes such a flag, which has no value.
func (r *argReader) negate(o *option, name, value string) {
	if value != "true" { // as the flag package passes it for none
		r.bare = nil
		r.fail(o.name, flagPrefix+name, quote(value)+" is a value, and the flag takes none; accepted: --"+name+", or --"+o.name+"="+acceptedToggle)
		return
	}
	r.take(o, name, "off")
}

func (r *argReader) take(o *option, name, value string) {
	r.bare = nil
	where := flagPrefix + name
	if next, isFlag := strings.CutPrefix(value, "--"); isFlag {
		next, _, hasValue := strings.Cut(next, "=")
		if known := find(r.table, next); known != nil { // as in --limit --queue 3
			r.noValue(o, name)
			r.skips = !hasValue && !known.isToggle()
			return
		}
	}
	if before, ok := r.found[o.name]; ok && o.repeats() {
		value = before.value + o.separator() + value
	} else if ok {
		reason := "is given twice; give it once"
		if before.where != where {
			reason = "sets the same as " + before.where + "; give only one of them"
		}
		r.fail(o.name, where, reason)
	}
	r.found[o.name] = given{value, where}
}

// refuse reports the argument at which the flag package stopped: an unknown flag, or one without its value. next is the
// argument after it, or empty.
func (r *argReader) refuse(arg, next string) {
	name, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	switch o := find(r.table, name); {
	case strings.HasPrefix(arg, "---") || hasValue:
	case o != nil:
		r.noValue(o, name)
		return
	case name == configName:
		r.fail(configName, flagPrefix+configName, "has no value; accepted: --config=PATH")
		return
	}
	if !hasValue && next != "" && !strings.HasPrefix(next, "-") {
		value, r.skips = next, true
	}
	meant := suggest(r.table, name)
	if strings.Contains(name+meant, "token") {
		arg, value = strings.TrimSuffix(arg, "="+value), "" // it may be a token: do not show it
	}
	const all = "target-server --help lists every flag"
	switch instead := advice(name, value); {
	case instead != "":
		r.fail("", "flag "+plain(arg), "is unknown; "+instead)
	case meant != "":
		r.fail("", "flag "+plain(arg), "is unknown; did you mean --"+meant+"? ("+all+")")
	default:
		r.fail("", "flag "+plain(arg), "is unknown; "+all)
	}
}

// positional takes an argument that is not a flag. It may be the value of a toggle, as in --respawn true, or belong to
// an unknown flag that was reported; any other is an error.
func (r *argReader) positional(before, arg string) {
	if r.bare != nil && strings.TrimLeft(before, "-") == r.bare.name && r.bare.kind.read(new(Config), arg) == nil {
		r.found[r.bare.name] = given{arg, flagPrefix + r.bare.name}
		return
	}
	if r.skips {
		r.skips = false
		return
	}
	instead := adviceForArgument(r.stacks, arg)
	switch {
	case r.bare != nil && strings.TrimLeft(before, "-") == r.bare.name:
		instead = "--" + r.bare.name + " takes no value, or one of " + acceptedToggle
	case slices.Contains(r.commands, arg):
		instead = "a command comes first: target-server " + arg
	case instead == "":
		instead = "flags alone start a server, and a command comes first (target-server --help lists both)"
	}
	r.fail("", "argument "+quote(arg), "is unexpected; "+instead)
}

// noValue reports a flag without its value, by the name that was used.
func (r *argReader) noValue(o *option, name string) {
	r.fail(o.name, flagPrefix+name, "has no value; accepted: --"+name+"="+o.value)
}

func (r *argReader) fail(setting, where, reason string) {
	r.errs = append(r.errs, &Error{Setting: setting, Where: where, Reason: reason})
}
