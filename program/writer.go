package program

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/target-server/target-server/distribution"
)

// writer makes the nodes of a file from a program. A node's Line is the number of its place among places, from 1.
type writer struct {
	places   []string
	laws     map[string]distribution.Distribution // by text, those that are no constants
	pools    []*Pool
	depends  []*Dependency
	problems []Problem // of values that a file cannot express
}

func newWriter() *writer { return &writer{laws: map[string]distribution.Distribution{}} }

// entry is an entry of a mapping; one without a value is left out.
type entry struct {
	key   string
	value *yaml.Node
}

func (w *writer) at(n *yaml.Node, place string) *yaml.Node {
	w.places = append(w.places, place)
	n.Line, n.Column = len(w.places), 1
	return n
}

func (w *writer) fail(place, what, accepted string) {
	w.problems = append(w.problems, Problem{Place: place, What: what, Accepted: accepted})
}

func (w *writer) scalar(place, text string) *yaml.Node {
	return w.at(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}, place)
}

// number and flag are left out if they are zero: the file's default.
func (w *writer) number(place string, n int) *yaml.Node {
	return w.at(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(n)}, place)
}

func (w *writer) flag(place string, on bool) *yaml.Node {
	if !on {
		return nil
	}
	return w.at(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}, place)
}

func (w *writer) text(place, text string) *yaml.Node {
	if text == "" {
		return nil
	}
	return w.scalar(place, text)
}

func (w *writer) mapping(place string, entries ...entry) *yaml.Node {
	n := w.at(&yaml.Node{Kind: yaml.MappingNode}, place)
	for _, e := range entries {
		if e.value != nil {
			n.Content = append(n.Content, w.scalar(place, e.key), e.value)
		}
	}
	return n
}

func (w *writer) list(place string, items []*yaml.Node) *yaml.Node {
	n := w.at(&yaml.Node{Kind: yaml.SequenceNode}, place)
	n.Content = items
	return n
}

// orNone is the node, or nil if it is empty.
func orNone(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		return nil
	}
	return n
}

func (w *writer) program(p *Program) *yaml.Node {
	w.collect(p)
	var pools, dependencies, routes []entry
	for i, pool := range w.pools {
		place := fmt.Sprintf("Pools[%d]", i)
		pools = append(pools, entry{pool.Name, w.mapping(place,
			entry{"size", w.number(place+".Size", pool.Size)},
			entry{"overflow", w.number(place+".Overflow", pool.Overflow)},
			entry{"timeout", w.scalar(place+".Timeout", distribution.FormatDuration(pool.Timeout))})})
	}
	for i, d := range w.depends {
		dependencies = append(dependencies, entry{d.Name, w.dependency(fmt.Sprintf("Dependencies[%d]", i), d)})
	}
	for i, route := range p.Routes {
		place := fmt.Sprintf("Routes[%d]", i)
		if route == nil {
			w.fail(place, "is nil", "accepted: a *Route")
			continue
		}
		routes = append(routes, entry{route.Name(), w.route(place, route)})
	}
	return w.mapping("Program",
		entry{"name", w.text("Name", p.Name)},
		entry{"burn", w.flag("Burn", p.Burn)},
		entry{"pools", orNone(w.entries("Pools", pools))},
		entry{"dependencies", orNone(w.entries("Dependencies", dependencies))},
		entry{"routes", w.entries("Routes", routes)},
		entry{"static", orNone(w.static(p.Static))})
}

func (w *writer) static(folders []*Folder) *yaml.Node {
	var all []entry
	for i, folder := range folders {
		place := fmt.Sprintf("Static[%d]", i)
		if folder == nil {
			w.fail(place, "is nil", "accepted: a *Folder")
			continue
		}
		var files []entry
		for j, f := range folder.Files {
			files = append(files, entry{f.Name, w.scalar(fmt.Sprintf("%s.Files[%d]", place, j), sizeText(f.Size))})
		}
		all = append(all, entry{folder.Path, w.entries(place, files)})
	}
	return w.entries("Static", all)
}

// entries is a mapping whose keys stand in the places of their values.
func (w *writer) entries(place string, all []entry) *yaml.Node {
	n := w.at(&yaml.Node{Kind: yaml.MappingNode}, place)
	for _, e := range all {
		n.Content = append(n.Content, w.scalar(w.places[e.value.Line-1], e.key), e.value)
	}
	return n
}

func (w *writer) dependency(place string, d *Dependency) *yaml.Node {
	function, session := w.function(place, d.Function), (*yaml.Node)(nil)
	if d.Session != nil {
		session = w.scalar(place+".Session", d.Session.Name)
		if !d.Async {
			function.value = orNone(function.value)
		}
	}
	return w.mapping(place, entry{"session", session}, entry{"depends", orNone(w.names(place, d.Depends))},
		entry{"parameters", w.parameters(place, d.Parameters)}, function,
		entry{"yield", w.flag(place+".Yield", d.Yield && d.Session == nil)},
		entry{"exit", orNone(w.steps(place+".Exit", d.Exit))})
}

func (w *writer) route(place string, r *Route) *yaml.Node {
	kind, status := r.Type, (*yaml.Node)(nil)
	if kind == r.defaultType() {
		kind = ""
	}
	if r.Status != 0 && r.Status != http.StatusOK {
		status = w.number(place+".Status", r.Status)
	}
	headers := w.at(&yaml.Node{Kind: yaml.MappingNode}, place+".Headers")
	for i, h := range r.Headers {
		at := fmt.Sprintf("%s.Headers[%d]", place, i)
		headers.Content = append(headers.Content, w.scalar(at, h.Name), w.scalar(at, h.Value))
	}
	var background []*yaml.Node
	for i, f := range r.Background {
		at := fmt.Sprintf("%s.Background[%d]", place, i)
		background = append(background, w.mapping(at, w.function(at, f)))
	}
	return w.mapping(place,
		entry{"depends", orNone(w.names(place, r.Depends))}, entry{"parameters", w.parametersOf(place, r)},
		entry{"form", w.form(place, r.Form)}, w.function(place, r.Function),
		entry{"stream", w.stream(place+".Stream", r.Stream)}, entry{"file", w.file(place+".File", r.File)},
		entry{"response_model", w.flag(place+".ResponseModel", r.ResponseModel)},
		entry{"status", status}, entry{"type", w.text(place+".Type", kind)}, entry{"body", w.body(place+".Body", r, kind)},
		entry{"headers", orNone(headers)},
		entry{"background", orNone(w.list(place+".Background", background))})
}

func (w *writer) stream(place string, s Stream) *yaml.Node {
	switch s {
	case Whole:
		return nil
	case InChunks:
		return w.flag(place, true)
	case InEvents:
		return w.scalar(place, "sse")
	}
	w.fail(place, strconv.Itoa(int(s))+" is no way to send an answer", "accepted: Whole, InChunks, InEvents")
	return nil
}

func (w *writer) file(place string, bytes int64) *yaml.Node {
	if bytes == 0 {
		return nil
	}
	return w.scalar(place, sizeText(bytes))
}

func (w *writer) form(place string, fields []Field) *yaml.Node {
	n := w.at(&yaml.Node{Kind: yaml.MappingNode}, place+".Form")
	for i, f := range fields {
		kind := "str"
		if f.IsFile {
			kind = "file"
		}
		if f.Optional {
			kind += "?"
		}
		at := fmt.Sprintf("%s.Form[%d]", place, i)
		n.Content = append(n.Content, w.scalar(at, f.Name), w.scalar(at, kind))
	}
	return orNone(n)
}

// body is the size of a body that was given by its size.
func (w *writer) body(place string, r *Route, kind string) *yaml.Node {
	switch {
	case r.Sized && r.Body == sized(len(r.Body)):
		return w.scalar(place, strconv.Itoa(len(r.Body))+"B")
	case r.Sized:
		w.fail(place, "is not the JSON string that Sized stands for", "accepted: Sized false, with a Body such as 2KiB")
	case r.Body == "null" && kind == "" && r.defaultType() == jsonType:
		return nil
	case r.emptyBody && r.Body == "":
		return w.scalar(place, "")
	}
	return w.text(place, r.Body)
}

func (w *writer) names(place string, all []*Dependency) *yaml.Node {
	var names []*yaml.Node
	for i, d := range all {
		at := fmt.Sprintf("%s.Depends[%d]", place, i)
		if d == nil {
			w.fail(at, "is nil", "accepted: a *Dependency")
			continue
		}
		names = append(names, w.scalar(at, d.Name))
	}
	return w.list(place+".Depends", names)
}

func (w *writer) parametersOf(place string, r *Route) *yaml.Node {
	for i, p := range r.Parameters {
		if p.InPath && !strings.Contains(r.Path, "{"+p.Name+"}") {
			w.fail(fmt.Sprintf("%s.Parameters[%d]", place, i), p.Name+" is not part of the path "+r.Path,
				"accepted: InPath false, or {"+p.Name+"} in the path")
		}
	}
	return w.parameters(place, r.Parameters)
}

func (w *writer) parameters(place string, all []Parameter) *yaml.Node {
	n := w.at(&yaml.Node{Kind: yaml.MappingNode}, place+".Parameters")
	for i, p := range all {
		at, kind := fmt.Sprintf("%s.Parameters[%d]", place, i), string(cmp.Or(p.Type, Str))
		if p.Optional {
			kind += "?"
		}
		n.Content = append(n.Content, w.scalar(at, p.Name), w.scalar(at, kind))
	}
	return orNone(n)
}

func (w *writer) function(place string, f Function) entry {
	key := "def"
	if f.Async {
		key = "async"
	}
	return entry{key, w.steps(place+".Steps", f.Steps)}
}

func (w *writer) steps(place string, steps []Step) *yaml.Node {
	count := 0
	return w.stepList(place, steps, 0, &count)
}

// stepList stops where the reader refuses more, so that it ends even if a slice contains itself.
func (w *writer) stepList(place string, steps []Step, depth int, count *int) *yaml.Node {
	var items []*yaml.Node
	for i, s := range steps {
		if *count++; *count > mostSteps+1 || depth > deepest+1 {
			break
		}
		items = append(items, w.step(fmt.Sprintf("%s[%d]", place, i), s, depth, count))
	}
	return w.list(place, items)
}

func (w *writer) step(place string, s Step, depth int, count *int) *yaml.Node {
	do := func() entry { return entry{"do", w.stepList(place+".Do", s.Do, depth+1, count)} }
	switch s.Kind {
	case Sleep:
		return w.mapping(place, entry{"sleep", w.duration(place+".For", s.For)})
	case Block:
		return w.mapping(place, entry{"block", w.duration(place+".For", s.For)})
	case Query:
		pool := (*yaml.Node)(nil)
		if s.Pool != nil {
			pool = w.scalar(place+".Pool", s.Pool.Name)
		}
		return w.mapping(place, entry{"query", w.duration(place+".For", s.For)}, entry{"pool", pool})
	case CPU:
		return w.mapping(place, entry{"cpu", w.duration(place+".For", s.For)})
	case GIL:
		return w.mapping(place, entry{"gil", w.duration(place+".For", s.For)})
	case Send:
		return w.mapping(place, entry{"send", w.scalar(place+".Size", sizeText(int64(s.Size)))})
	case Log:
		return w.mapping(place, entry{"log", w.scalar(place+".Text", s.Text)})
	case Raise:
		return w.mapping(place, entry{"raise", w.raised(place, s)})
	case Repeat:
		return w.mapping(place, entry{"repeat", w.number(place+".Times", s.Times)}, do())
	case Share:
		return w.mapping(place, entry{"share", w.scalar(place+".Share", percentage(s.Share))}, do())
	}
	w.fail(place+".Kind", strconv.Itoa(int(s.Kind))+" is no kind of a step",
		"accepted: Sleep, Block, Query, Log, Raise, Repeat, Share, CPU, GIL, Send")
	return w.mapping(place)
}

func (w *writer) raised(place string, s Step) *yaml.Node {
	if s.Status != 0 && s.Text != "" {
		w.fail(place, "raises "+show(s.Text)+" and "+strconv.Itoa(s.Status), "accepted: one of Text and Status")
	}
	if s.Status != 0 {
		return w.number(place+".Status", s.Status)
	}
	return w.scalar(place+".Text", s.Text)
}

// duration is the text of a duration. The reader finds the law again by that text.
func (w *writer) duration(place string, d distribution.Distribution) *yaml.Node {
	text := d.String()
	if _, constant := d.Constant(); !constant {
		for n := 2; w.laws[text].Law() != nil && !w.laws[text].Equal(d); n++ {
			text = d.String() + " " + strconv.Itoa(n) // another file of the same name
		}
		w.laws[text] = d
	}
	return w.scalar(place, text)
}

// percentage is the text that is read as the share, to the last bit.
func percentage(share float64) string {
	percent := share * 100
	for _, p := range []float64{percent, math.Nextafter(percent, 0), math.Nextafter(percent, math.Inf(1))} {
		if p/100 == share {
			percent = p
		}
	}
	return strconv.FormatFloat(percent, 'f', -1, 64) + "%"
}
