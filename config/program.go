package config

import (
	"errors"
	"fmt"

	"github.com/target-server/target-server/program"
)

// programFile is the file of a program, or the name of a built-in one. It is read once, here: later changes of the file
// have no effect.
type programFile struct{}

// read returns a [*program.Problems] for a file with mistakes.
func (programFile) read(c *Config, path string) error {
	if path == "" {
		return errors.New(`"" is empty; accepted: the path of a program, or the name of a built-in one (target-server program list)`)
	}
	p, err := program.Load(path)
	if err != nil {
		return err
	}
	c.Program = p
	return nil
}

func (programFile) show(c *Config) string {
	switch {
	case c.Program == nil:
		return ""
	case c.Program.File == "":
		return c.Program.Name
	}
	return c.Program.File
}

func (programFile) check(*Config) error { return nil }

// withProgram returns an error for each setting that was given and belongs to the article's program, if another is
// served. A stack's default of such a setting is no error. read says that the program came with [Sources].
func withProgram(read bool, all givens) error {
	instead, given := all["program"]
	var errs []error
	switch {
	case read && given:
		errs = append(errs, &Error{Setting: "program", Where: instead.where, Reason: "a program is given already; give only one of them"})
	case read:
		instead.where = "the program that is given"
	case !given:
		return nil
	}
	const needless = "%s belongs to the article's program, and %s serves another; %s"
	for _, setting := range []struct{ name, advice string }{
		{"mode", "give only one of them (in the program, each route is def or async)"},
		{"sleep", "give only one of them (in the program, a sleep is a step of a route: {sleep: 5s})"},
	} {
		if g, ok := all[setting.name]; ok {
			errs = append(errs, &Error{
				Setting: setting.name, Where: g.where, Reason: fmt.Sprintf(needless, quote(g.value), instead.where, setting.advice),
			})
		}
	}
	return errors.Join(errs...)
}
