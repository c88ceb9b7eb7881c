package program

import (
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/target-server/target-server/distribution"
)

// Bounds that keep a small file from standing for more work than a machine can do.
const (
	deepest    = 8          // levels of repeat and share
	mostTimes  = 1 << 20    // of one repeat
	mostSteps  = 1000       // of one function
	mostLogged = 4096       // bytes of one line
	mostFiles  = 20         // of file(...)
	mostFree   = 10_000_000 // steps of one function that take no time, between those that do
)

const acceptedSteps = "accepted: a list of steps such as [{sleep: 50ms}, {log: done}]"

// What functions belong to, in messages.
const (
	aRoute      = "a route"
	aDependency = "a dependency"
	aTask       = "a background task"
)

// body is where the steps that are being read stand.
type body struct {
	what       string // that the function belongs to
	stream     Stream // that the steps send
	async      bool
	parameters []Parameter // whose values its texts may have
	depth      int
	count      *int // steps of the function so far
}

// steps reads the steps of a function.
func (r *reader) steps(n *yaml.Node, b body) []Step {
	b.count = new(int)
	steps := r.stepList(n, b)
	if free, _ := freeSteps(steps); free > mostFree {
		r.fail(n, "accepted: at most "+strconv.Itoa(mostFree)+"; put a step that takes time into the innermost repeat",
			"the loops of this function do %s steps that take no time", amount(free))
	}
	return steps
}

// amount is a number of steps, as far as they were counted.
func amount(n int) string {
	if n == math.MaxInt {
		return "endlessly many"
	}
	return strconv.Itoa(n)
}

// freeSteps counts the steps of a function that take no time, and so keep a thread or the loop busy, without those between
// which time passes: of a loop that surely takes time, one turn. timed: the steps surely take time.
func freeSteps(steps []Step) (free int, timed bool) {
	for _, s := range steps {
		inside, takesTime := freeSteps(s.Do)
		n := 1
		switch zero, constant := s.For.Constant(); s.Kind {
		case Repeat:
			timed = timed || takesTime && s.Times > 0
			n = max(inside, 1)
			if !takesTime {
				n = times(n, s.Times)
			}
		case Share:
			n += inside
		case Sleep, Block, Query, CPU, GIL:
			timed = timed || !constant || zero > 0
		case Log, Raise, Send:
		}
		free = times(free+n, 1)
	}
	return free, timed
}

// times multiplies numbers from 0, up to math.MaxInt.
func times(a, b int) int {
	if a < 0 || b > 0 && a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}

func (r *reader) stepList(n *yaml.Node, b body) []Step {
	var all []Step
	for _, item := range r.list(n, "the work of a function", acceptedSteps) {
		if *b.count++; *b.count > mostSteps {
			r.fail(item, "accepted: at most "+strconv.Itoa(mostSteps), "the function has too many steps")
			break
		}
		if s, ok := r.step(item, b); ok {
			all = append(all, s)
		}
	}
	return all
}

const acceptedStep = "accepted: a step such as {sleep: 50ms}"

// stepNames are the names of the steps.
func stepNames() []string {
	return []string{"sleep", "block", "query", "log", "raise", "repeat", "share", "cpu", "gil", "send"}
}

// step reads one step: a mapping with the step's name, and for some steps a second key.
func (r *reader) step(n *yaml.Node, b body) (s Step, ok bool) {
	found := len(r.problems.List)
	named, do := 0, (*yaml.Node)(nil)
	pool := (*yaml.Node)(nil)
	take := func(kind Kind, read func(*yaml.Node)) func(*yaml.Node) {
		return func(v *yaml.Node) {
			named++
			s.Kind = kind
			read(v)
		}
	}
	r.fields(n, "a step", acceptedStep, []field{
		{"sleep", take(Sleep, func(v *yaml.Node) { s.For = r.duration(v) })},
		{"block", take(Block, func(v *yaml.Node) { s.For = r.duration(v); r.blocks(v, b) })},
		{"query", take(Query, func(v *yaml.Node) { s.For = r.duration(v) })},
		{"log", take(Log, func(v *yaml.Node) { s.Text = r.logged(v, b) })},
		{"raise", take(Raise, func(v *yaml.Node) { s.Status, s.Text = r.raised(v) })},
		{"repeat", take(Repeat, func(v *yaml.Node) { s.Times = r.whole(v, 0, mostTimes) })},
		{"share", take(Share, func(v *yaml.Node) { s.Share = r.share(v) })},
		{"cpu", take(CPU, func(v *yaml.Node) { r.uses(v, Interpreter); s.For = r.duration(v) })},
		{"gil", take(GIL, func(v *yaml.Node) { r.uses(v, Interpreter); s.For = r.duration(v) })},
		{"send", take(Send, func(v *yaml.Node) { s.Size = r.sent(v, b) })},
		{"do", func(v *yaml.Node) { do = v }},
		{"pool", func(v *yaml.Node) { pool = v }},
	})
	switch {
	case len(r.problems.List) > found:
		if do != nil && b.depth < deepest { // for the mistakes in it
			b.depth++
			r.stepList(do, b)
		}
		return s, false
	case named == 0:
		r.fail(n, acceptedStep, "the step does nothing")
		return s, false
	case named > 1:
		r.fail(n, "accepted: a list of steps such as [{sleep: 50ms}, {log: done}]",
			"a step does one thing, and this one does %d", named)
		return s, false
	}
	r.complete(n, &s, do, pool, b)
	return s, len(r.problems.List) == found
}

// complete reads what belongs to a step besides its name.
func (r *reader) complete(n *yaml.Node, s *Step, do, pool *yaml.Node, b body) {
	nested := s.Kind == Repeat || s.Kind == Share
	switch {
	case nested && do == nil:
		r.fail(n, "accepted: for example {repeat: 3, do: [{sleep: 10ms}]}", "the steps to do are missing")
	case !nested && do != nil:
		r.fail(do, "leave it out", "do belongs to repeat and share")
	case s.Kind != Query && pool != nil:
		r.fail(pool, "leave it out", "pool belongs to query")
	case nested && b.depth == deepest:
		r.fail(n, "accepted: at most "+strconv.Itoa(deepest)+" levels", "repeat and share are nested too deeply")
	case nested:
		b.depth++
		s.Do = r.stepList(do, b)
	case s.Kind == Query:
		s.Pool = r.poolOf(n, pool)
		r.usePool(n, s.Pool, b.async)
	}
}

// blocks refuses a block in a thread.
func (r *reader) blocks(n *yaml.Node, b body) {
	if !b.async {
		r.fail(n, "accepted: sleep, which lets only its own thread wait",
			"block is for async functions, where it stops the event loop")
	}
}

// duration reads how long something takes.
func (r *reader) duration(n *yaml.Node) distribution.Distribution {
	text, ok := r.text(n, distribution.Accepted)
	known, found := r.laws[text]
	if !ok || found {
		return known
	}
	d, err := distribution.ParseWith(text, r.opener())
	if err != nil {
		r.notDuration(n, text, err)
		return d
	}
	if _, constant := d.Constant(); !constant {
		r.laws[text] = d
	}
	return d
}

// opener opens the files that a program names, up to a number of them. It is nil if the program may name none.
func (r *reader) opener() distribution.Open {
	if r.open == nil {
		return nil
	}
	return func(path string) (io.ReadCloser, error) {
		if r.files++; r.files > mostFiles {
			return nil, errors.New("there are more than " + strconv.Itoa(mostFiles) + " files")
		}
		return r.open(path)
	}
}

// notDuration says what is wrong with the text of a duration, and where in it.
func (r *reader) notDuration(n *yaml.Node, text string, err error) {
	var wrong *distribution.Error
	if !errors.As(err, &wrong) {
		r.fail(n, "accepted: "+distribution.Accepted, "%s %s", show(text), err)
		return
	}
	if n.Style == 0 && strings.Contains(text, "(") && !strings.Contains(text, ")") {
		r.fail(n, `put it into quotes, as in {sleep: "uniform(5ms, 20ms)"}`,
			"%s is cut off: inside braces, a comma ends what is not in quotes", show(text))
		return
	}
	column := n.Column + wrong.Offset
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		column++
	}
	r.failAt(n.Line, column, "accepted: "+wrong.Accepted, "%s %s", show(text), wrong.Reason)
}

// logged reads the text of a log step.
func (r *reader) logged(n *yaml.Node, b body) string {
	text := r.oneLine(n, "a line of text, in quotes if it begins with a brace or a bracket")
	known := append(slices.Clone(b.parameters), Parameter{Name: Counter})
	r.warnOfNames(n, LogPieces(text, b.parameters), known)
	return text
}

// oneLine reads a line of text.
func (r *reader) oneLine(n *yaml.Node, accepted string) string {
	text, ok := r.text(n, accepted)
	switch {
	case !ok:
	case len(text) > mostLogged:
		r.fail(n, "accepted: at most "+strconv.Itoa(mostLogged)+" bytes", "the line is too long")
	case strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }):
		r.fail(n, "accepted: one line of text", "%s has control characters", show(text))
	}
	return text
}

// share reads a probability.
func (r *reader) share(n *yaml.Node) float64 {
	const accepted = "a percentage from 0% to 100%, such as 10%"
	text, ok := r.text(n, accepted)
	number, percent := strings.CutSuffix(text, "%")
	p, err := strconv.ParseFloat(number, 64)
	if ok && (!percent || err != nil || !(p >= 0 && p <= 100)) {
		r.fail(n, "accepted: "+accepted, "%s is not a percentage", show(text))
	}
	return p / 100
}

// raised reads what a step raises: the status of an HTTPException, or the name of an exception.
func (r *reader) raised(n *yaml.Node) (status int, name string) {
	const accepted = "accepted: a status from 400 to 599 for an HTTPException, or an exception's name such as ValueError"
	text, ok := r.text(n, "a status or a name")
	if status, err := strconv.Atoi(text); err == nil {
		if status < 400 || status > 599 {
			r.fail(n, accepted, "%d is not a status of an error", status)
		}
		return status, ""
	}
	switch {
	case !ok:
	case !nameRule.MatchString(text):
		r.fail(n, accepted, "%s is neither a status nor a name", show(text))
	case slices.Contains(notExceptions, text):
		r.fail(n, accepted, "%s is no exception that a handler can raise to fail", text)
	}
	return 0, text
}

// notExceptions are words that would print a program that does not raise a plain exception.
var notExceptions = []string{
	"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
	"except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
	"return", "try", "while", "with", "yield",
	"BaseException", "GeneratorExit", "KeyboardInterrupt", "SystemExit", "StopIteration", "StopAsyncIteration", "HTTPException",
	"BaseExceptionGroup", "ExceptionGroup", "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeTranslateError",
}
