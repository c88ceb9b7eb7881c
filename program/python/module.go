package python

import (
	"slices"
	"strings"

	"github.com/target-server/target-server/program"
)

// module is a printed file: its functions, and what they use of Python and of the helpers.
type module struct {
	names *names
	flask bool
	older bool // 2023-03
	used  map[string]bool
	parts [][]string // functions, each with its decorators
	files []file
}

func newModule(p *program.Program, o Options, flask bool) *module {
	return &module{names: newNames(p), flask: flask, older: o.Vintage == Vintage202303, used: map[string]bool{}}
}

// function begins a function. body prints what it does, to see which of the names that parameters might have it needs;
// it may use the sessions of these pools. form are the fields of a form among its parameters.
func (m *module) function(
	of program.Function, parameters []program.Parameter, form []program.Field, sessions []*program.Pool, body func(f *function),
) *function {
	try := (&module{names: m.names, flask: m.flask, older: m.older, used: map[string]bool{}}).newFunction(of, parameters)
	try.form = form
	for _, pool := range sessions {
		try.sessions[pool] = " "
	}
	body(try)
	f := m.newFunction(of, parameters)
	f.form = form
	for _, declared := range try.declared() {
		name := declared
		for slices.Contains(keywords, name) || name == passed || try.used[name] || name != declared && try.declares(name) {
			name += "_"
		}
		if name != declared {
			f.renamed[declared] = name
		}
	}
	return f
}

func (m *module) newFunction(of program.Function, parameters []program.Parameter) *function {
	return &function{
		m: m, async: of.Async, parameters: parameters, renamed: map[string]string{},
		sessions: map[*program.Pool]string{}, locals: map[string]bool{}, used: map[string]bool{}, reads: map[string]bool{},
	}
}

// add adds a function that is printed, after two empty lines.
func (m *module) add(f *function) {
	m.parts = append(m.parts, append([]string{"", ""}, f.lines...))
}

// text is the whole file.
func (m *module) text(p *program.Program, o Options) string {
	helpers := m.helpers(p, o) // before the imports, which they use too
	globals := m.globals(p)
	var b strings.Builder
	for _, line := range o.header(p) {
		b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
	parts := slices.Concat([][]string{{""}, m.imports()}, helpers)
	if len(helpers) > 0 {
		parts = append(parts, []string{""})
	}
	parts = append(parts, append([]string{""}, globals...))
	for _, part := range append(parts, m.parts...) {
		b.WriteString(strings.Join(part, "\n") + "\n")
	}
	return b.String()
}
