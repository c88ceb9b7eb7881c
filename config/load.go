package config

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"time"

	"github.com/target-server/target-server/program"
)

// ErrHelp and ErrVersion mean that --help or --version was among the arguments.
var (
	ErrHelp    = flag.ErrHelp
	ErrVersion = errors.New("version asked for")
)

// Sources are the inputs of Load.
type Sources struct {
	// Args are the arguments after the program's name.
	Args []string
	// LookupEnv is os.LookupEnv; nil is an empty environment.
	LookupEnv func(string) (string, bool)
	// Environ is what os.Environ returns, in which Load looks for names that are misspelt; nil looks for none.
	Environ []string
	// Warn is called with each thing that has no effect although it is accepted, a line about one setting; nil ignores
	// them.
	Warn func(error)
	// Commands are the names of subcommands, for advice about stray arguments.
	Commands []string
	// Now gives the seed if none is set; nil gives 0.
	Now func() time.Time
	// Program is a program that is read already, in place of --program; or nil.
	Program *program.Program
	// Stacks are the stacks to choose from, the default one first.
	Stacks []Defaults
	// Foreign reads the real servers' own settings, those of --like and of the environment; nil reads none.
	Foreign func(Foreign) (ForeignSettings, error)
	// GOOS is the operating system; empty for this one.
	GOOS string
}

// given is a value as it was written, and its source.
type given struct {
	value, where string
}

// givens are the values of one source, by the name of the setting.
type givens map[string]given

// Load reads every source. It returns a valid Config, or every error joined, or ErrHelp or ErrVersion.
func Load(from Sources) (Config, error) {
	table := options(from.Stacks)
	args, configFlag, err := readArgs(from, table)
	if errors.Is(err, ErrHelp) || errors.Is(err, ErrVersion) {
		return Config{}, err
	}
	env, configEnv, envErr := readEnv(from, table)
	path := configFlag
	if path.where == "" {
		path = configEnv
	}
	file, fileErr := readFile(path, table)
	all := merge(file, env, args)
	if errors.Join(err, envErr, fileErr) == nil {
		if err := from.addForeign(table, all); err != nil {
			return Config{}, err
		}
	}
	cfg, settleErr := settle(from, table, all)
	return cfg, errors.Join(err, envErr, fileErr, settleErr)
}

// flags are those that were given as flags.
func (g givens) flags() givens {
	flags := maps.Clone(g)
	maps.DeleteFunc(flags, func(_ string, g given) bool { return !strings.HasPrefix(g.where, flagPrefix) })
	return flags
}

func (s Sources) goos() string { return cmp.Or(s.GOOS, runtime.GOOS) }

func (s Sources) warn(err error) {
	if s.Warn != nil {
		s.Warn(err)
	}
}

// merge combines sources; later ones win.
func merge(sources ...givens) givens {
	all := givens{}
	for _, source := range sources {
		maps.Copy(all, source)
	}
	return all
}

// settle applies the given values to the defaults of the chosen stack.
func settle(from Sources, table []option, all givens) (Config, error) {
	where := func(o *option) string {
		if g, ok := all[o.name]; ok {
			return g.where
		}
		return flagNames(o)
	}
	var errs []error
	cfg := startingValues(from.Stacks, all)
	if from.Now != nil {
		cfg.Seed = uint64(from.Now().UnixNano())
	}
	for i := range table {
		o := &table[i]
		g, ok := all[o.name]
		if !ok {
			continue
		}
		err := o.kind.read(&cfg, g.value)
		if problems, wrong := errors.AsType[*program.Problems](err); wrong {
			errs = append(errs, problems) // with the places in its own file
			continue
		}
		if err != nil {
			errs = append(errs, &Error{Setting: o.name, Where: where(o), Reason: err.Error()})
			cfg.AdminOpen = cfg.AdminOpen || strings.HasPrefix(o.name, "admin-token") // a wrong token is one error: do not report the address as unguarded as well
		}
	}
	if from.Program != nil {
		cfg.Program = from.Program
	}
	errs = append(errs, withProgram(from.Program != nil, all), cfg.settleToken(table, all))
	goos := from.goos()
	errs = append(errs, cfg.validate(from.Stacks, goos, where))
	if err := errors.Join(errs...); err != nil {
		return cfg, err
	}
	warn := func(found []broken, of givens) {
		for _, idle := range found {
			if g, ok := of[idle.setting]; ok {
				from.warn(&Error{Setting: idle.setting, Where: g.where, Reason: idle.reason})
			}
		}
	}
	if cfg.Program != nil {
		for _, p := range cfg.Program.Warnings() {
			from.warn(fmt.Errorf("%s: %s; %s", p.Where(cfg.Program.File), p.What, p.Accepted))
		}
	}
	warn(cfg.idle(from.Stacks, goos), all)
	warn(cfg.switchedOff(), all.flags())
	return cfg, nil
}

// settleToken reads the token of the admin address from its file, if both the address and the file are set.
func (c *Config) settleToken(table []option, all givens) error {
	file, ok := all["admin-token-file"]
	if !ok || c.AdminTokenFile == "" || c.AdminAddr == "" {
		return nil
	}
	if token, both := all["admin-token"]; both {
		return &Error{Setting: "admin-token-file", Where: file.where, Reason: "sets the same as " + token.where + "; give only one of them"}
	}
	return c.readToken(find(table, "admin-token").kind, file.where)
}

// startingValues returns the defaults of the chosen stack and vintage. If there are none, it returns those of the first
// stack, so that one wrong word does not hide the other errors.
func startingValues(stacks []Defaults, all givens) Config {
	var start Config
	if len(stacks) > 0 {
		start = stacks[0].Values
	}
	stack, vintage := start.Stack, start.Vintage
	if g, ok := all["stack"]; ok {
		stack = g.value
	}
	if g, ok := all["vintage"]; ok {
		vintage = g.value
	}
	for _, row := range stacks {
		if row.Values.Stack == stack && row.Values.Vintage == vintage {
			return row.Values
		}
	}
	return start
}
