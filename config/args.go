package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
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
	// mistyped: the last flag is unknown and may be a misspelt --admin-token, so that a token may follow.
	mistyped bool
	errs     []error
}

// readArgs returns the settings of the arguments, and the value of --config.
func readArgs(args []string, table []option) (givens, given, error) {
	r := &argReader{table: table, set: flag.NewFlagSet("", flag.ContinueOnError), found: givens{}}
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
			r.refuse(rest[0]) // the one error after which Args still begins with the bad argument
			args = rest[1:]
		case err != nil:
			r.refuse(args[len(args)-len(rest)-1])
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
				continue
			}
			r.set.Func(name, "", func(value string) error { r.take(o, name, value); return nil })
		}
	}
	r.set.Func(configName, "", func(value string) error {
		r.bare = nil
		if r.config.where != "" {
			r.fail(configName, "flag --"+configName, "is given twice; accepted: once")
		}
		r.config = given{value, "flag --" + configName}
		return nil
	})
	r.set.BoolFunc("version", "", func(string) error { r.version = true; return nil })
}

func (r *argReader) toggle(o *option, name, value string) {
	r.take(o, name, value)
	r.bare = o
}

func (r *argReader) take(o *option, name, value string) {
	r.bare = nil
	where := "flag --" + name
	if before, ok := r.found[o.name]; ok && o.repeats() {
		value = before.value + "," + value
	} else if ok {
		reason := "is given twice; accepted: once"
		if before.where != where {
			reason = "is given beside " + before.where + ", another name of it; accepted: one of them"
		}
		r.fail(o.name, where, reason)
	}
	r.found[o.name] = given{value, where}
}

// refuse reports the argument at which the flag package stopped: an unknown flag, or one without its value.
func (r *argReader) refuse(arg string) {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	switch o := find(r.table, name); {
	case o != nil && !strings.Contains(arg, "="):
		r.fail(o.name, "flag --"+name, "has no value; accepted: --"+name+"="+o.value)
	case name == configName && !strings.Contains(arg, "="):
		r.fail(configName, "flag --"+configName, "has no value; accepted: --config=PATH")
	default:
		meant := suggest(r.table, name, "--")
		if r.mistyped = strings.Contains(name+meant, "token"); r.mistyped {
			arg, _, _ = strings.Cut(arg, "=")
		}
		r.fail("", "flag "+quote(arg), "is unknown"+meant+"; target-server --help lists them all")
	}
}

// positional takes an argument that is not a flag. It may be the value of a toggle, as in --respawn true; any other is
// an error.
func (r *argReader) positional(before, arg string) {
	if r.bare != nil && strings.TrimLeft(before, "-") == r.bare.name && r.bare.kind.read(new(Config), arg) == nil {
		r.found[r.bare.name] = given{arg, "flag --" + r.bare.name}
		return
	}
	if r.mistyped { // this may be a token: do not show it
		r.mistyped = false
		return
	}
	r.fail("", "argument "+quote(arg), "is unexpected; accepted: flags alone (a command comes first: target-server --help)")
}

func (r *argReader) fail(setting, where, reason string) {
	r.errs = append(r.errs, &Error{Setting: setting, Where: where, Reason: reason})
}

// suggest names the setting that was probably meant, if one is similar.
func suggest(table []option, name, dashes string) string {
	switch name {
	case "host", "port", "bind":
		return " (is " + dashes + "addr meant?)"
	case "threads":
		return " (is " + dashes + "limit meant?)"
	}
	best, distance := "", min(3, 1+len(name)/3)
	for i := range table {
		for _, known := range table[i].spellings() {
			if d := editDistance(name, known); d < distance {
				best, distance = known, d
			}
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (is %s%s meant?)", dashes, best)
}

// editDistance counts the letters to insert, delete or change to turn one short word into another. Underscores count as
// dashes.
func editDistance(a, b string) int {
	const longEnough = 40
	if len(a) > longEnough {
		return len(a)
	}
	a = strings.ReplaceAll(a, "_", "-")
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
