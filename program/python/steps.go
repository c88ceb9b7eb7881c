package python

import (
	"slices"
	"strconv"

	"github.com/target-server/target-server/program"
)

// function is one function of the printed module.
type function struct {
	block
	m          *module
	async      bool
	stream     program.Stream // how its Sends are sent
	parameters []program.Parameter
	form       []program.Field
	renamed    map[string]string        // parameters whose name in Python differs
	sessions   map[*program.Pool]string // local names
	locals     map[string]bool          // parameters that the file does not have
	used       map[string]bool          // names of the module and of Python that it uses
	reads      map[string]bool          // parameters that it uses, by their names in Python, and sessions
}

// use notes that the function uses a name of the module, and returns it.
func (f *function) use(name string) string {
	f.used[name] = true
	f.m.used[name] = true
	return name
}

// read notes that the function uses a parameter or a session, and returns its name.
func (f *function) read(name string) string {
	f.reads[name] = true
	return name
}

// parameter is a parameter's name in Python.
func (f *function) parameter(name string) string {
	if renamed := f.renamed[name]; renamed != "" {
		return renamed
	}
	return name
}

// steps prints the steps of a function or of a part of it.
func (f *function) steps(steps []program.Step) {
	if len(steps) == 0 {
		f.line("pass")
	}
	for _, s := range steps {
		f.step(s)
	}
}

func (f *function) step(s program.Step) {
	switch s.Kind {
	case program.Sleep:
		f.sleep(s)
	case program.Block:
		f.put("", call(f.use("time")+".sleep", f.duration(s.For)), comment(s.For))
	case program.Query:
		f.query(s)
	case program.CPU:
		f.put("", call(f.use("compute"), f.duration(s.For)), comment(s.For))
	case program.GIL:
		f.put("", call(f.use("keep_lock"), f.duration(s.For)), comment(s.For))
	case program.Send:
		f.put("yield ", f.sent(s.Size), "")
	case program.Log:
		f.log(s.Text)
	case program.Raise:
		f.raise(s)
	case program.Repeat:
		f.line("for _ in " + f.use("range") + "(" + strconv.Itoa(s.Times) + "):")
		f.indented(func() { f.steps(s.Do) })
	case program.Share:
		f.line("if " + f.use("random") + ".random() < " + probability(s.Share) + ":")
		f.indented(func() { f.steps(s.Do) })
	}
}

func (f *function) sleep(s program.Step) {
	if f.async {
		f.put("await ", call(f.use("asyncio")+".sleep", f.duration(s.For)), comment(s.For))
		return
	}
	f.put("", call(f.use("time")+".sleep", f.duration(s.For)), comment(s.For))
}

// query holds a connection: that of the session, or one of its own.
func (f *function) query(s program.Step) {
	pool := f.m.names.pools[s.Pool]
	switch session := f.sessions[s.Pool]; {
	case session != "" && f.async:
		f.put("await ", call(f.read(session)+".query", f.duration(s.For)), comment(s.For))
	case session != "":
		f.put("", call(f.read(session)+".query", f.duration(s.For)), comment(s.For))
	case f.async:
		f.put("await ", call(f.use("query_async"), atom(f.use(pool)), f.duration(s.For)), comment(s.For))
	default:
		f.put("", call(f.use("query"), atom(f.use(pool)), f.duration(s.For)), comment(s.For))
	}
}

func (f *function) log(text string) {
	var pieces []piece
	counts := false
	for _, p := range program.LogPieces(text, f.named()) {
		switch {
		case p.Name == program.Counter && !f.hasOwn(p.Name):
			counts = true
			pieces = append(pieces, piece{expression: f.use("counter")})
		case p.Name != "":
			pieces = append(pieces, piece{expression: f.read(f.parameter(p.Name))})
		default:
			pieces = append(pieces, piece{text: p.Text})
		}
	}
	if counts {
		f.line("counter += 1")
	}
	f.put("", call(f.use("say"), node{pieces: whole(pieces)}), "")
}

func (f *function) declares(name string) bool { return slices.Contains(f.declared(), name) }

// declared are the names of the parameters and of the form's fields.
func (f *function) declared() []string {
	var all []string
	for _, p := range f.parameters {
		all = append(all, p.Name)
	}
	for _, field := range f.form {
		all = append(all, field.Name)
	}
	return all
}

// named are what its texts may name.
func (f *function) named() []program.Parameter {
	return (&program.Route{Parameters: f.parameters, Form: f.form}).Named()
}

// hasOwn reports whether a parameter has this name, so that texts may name it.
func (f *function) hasOwn(name string) bool {
	return slices.ContainsFunc(f.named(), func(p program.Parameter) bool { return p.Name == name })
}

func (f *function) raise(s program.Step) {
	switch {
	case s.Status != 0 && f.m.flask:
		f.line(f.use("abort") + "(" + strconv.Itoa(s.Status) + ")")
	case s.Status != 0:
		f.line("raise " + f.use("HTTPException") + "(" + strconv.Itoa(s.Status) + ")")
	default:
		f.line("raise " + f.use(f.m.names.exception(s.Text)))
	}
}

// whole is pieces, of which there is at least one.
func whole(pieces []piece) []piece {
	if len(pieces) == 0 {
		return []piece{{}}
	}
	return pieces
}
