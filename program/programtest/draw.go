package programtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// DrawAll is the text of a program that uses everything that a file may have, except file(...).
func DrawAll(t *rapid.T) string { return draw(&drawer{T: t, interpreter: true, bytes: true}) }

// Draw is the same without streams, files, forms, static folders, cpu and gil.
func Draw(t *rapid.T) string { return draw(&drawer{T: t}) }

// DrawPlain is the text of a program for stacks without coroutines, dependencies, response models and background tasks, and
// without what Draw leaves out.
func DrawPlain(t *rapid.T) string { return draw(&drawer{T: t, plain: true}) }

// DrawPlainAll is the same with cpu and gil.
func DrawPlainAll(t *rapid.T) string { return draw(&drawer{T: t, plain: true, interpreter: true}) }

func draw(d *drawer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\n", d.pick("name", names()))
	d.drawPools(&b)
	if !d.plain {
		d.drawDependencies(&b)
	}
	b.WriteString("routes:\n")
	var taken []string
	for range d.number("routes", 1, 5) {
		key := d.pick("method", []string{"GET", "POST", "PUT", "DELETE"}) + " " + d.pick("path", paths())
		if !slices.Contains(taken, key) {
			taken = append(taken, key)
			fmt.Fprintf(&b, "  %s: %s\n", text(key), d.route(key))
		}
	}
	if d.bytes && d.chance("static") {
		b.WriteString("static:\n")
		for _, path := range d.distinct("folders", []string{"/static", "/assets/v1"}, 1, 2) {
			fmt.Fprintf(&b, "  %s: {app.js: %dB, img/logo.png: %dKiB}\n", path, d.number("size", 0, 300), d.number("size", 1, 200))
		}
	}
	if d.interpreter && d.chance("burn") {
		b.WriteString("burn: true\n")
	}
	return b.String()
}

// names are those of dependencies, pools and parameters: usual ones, and ones that Python or the frameworks use too.
func names() []string {
	return []string{
		"id", "user", "token", "session", "db", "audit", "page", "q", "time", "class", "lambda", "None", "query", "say",
		"request", "response", "background_tasks", "app", "counter", "self", "func", "index", "get_items", "Query", "x1",
		"open", "print", "json", "str", "random", "get_items_task",
		"chunks", "events", "files", "signal", "compute", "File",
	}
}

func paths() []string {
	return []string{
		"/", "/items", "/items/", "/items/{id}", "/items/{id}/{class}", "/a-b", "/a.b",
		"/{q}", "/x{time}y", "/{_x}", "/health",
		"/~user/$(a)", "/items/{id}/{counter}",
	}
}

// drawer draws the parts of one program.
type drawer struct {
	*rapid.T
	plain       bool
	interpreter bool     // cpu, gil and burn
	bytes       bool     // streams, files, forms and static folders
	pools       []string // of functions in threads
	async       []string // of coroutines
	depends     []string
	sends       string // how the function that is drawn sends its answer: true, sse, or nothing
}

func (d *drawer) pick(what string, from []string) string {
	return rapid.SampledFrom(from).Draw(d.T, what)
}

func (d *drawer) number(what string, low, high int) int {
	return rapid.IntRange(low, high).Draw(d.T, what)
}

func (d *drawer) chance(what string) bool { return rapid.Bool().Draw(d.T, what) }

func (d *drawer) drawPools(b *strings.Builder) {
	b.WriteString("pools:\n")
	for _, name := range d.distinct("pools", names(), 1, 3) {
		size, overflow := d.number("size", 1, 3), d.number("overflow", 0, 2)
		fmt.Fprintf(b, "  %s: {size: %d, overflow: %d, timeout: %dms}\n", name, size, overflow, d.number("timeout", 0, 100))
		if !d.plain && d.chance("async") {
			d.async = append(d.async, name)
		} else {
			d.pools = append(d.pools, name)
		}
	}
}

// distinct is some of a list, each once.
func (d *drawer) distinct(what string, from []string, low, high int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), low, high, rapid.ID[string]).Draw(d.T, what)
}

func (d *drawer) drawDependencies(b *strings.Builder) {
	b.WriteString("dependencies:")
	if d.number("dependencies", 0, 4) == 0 {
		b.WriteString(" {}\n")
		return
	}
	b.WriteByte('\n')
	for _, name := range d.distinct("dependencies", names(), 1, 4) {
		fmt.Fprintf(b, "  %s: %s\n", name, d.dependency())
		d.depends = append(d.depends, name)
	}
}

func (d *drawer) dependency() string {
	var parts []string
	if len(d.depends) > 0 && d.chance("depends") {
		parts = append(parts, "depends: "+d.someDependencies())
	}
	if len(d.pools) > 0 && d.number("session", 0, 2) == 0 {
		return flow(append(parts, "session: "+d.pick("pool", d.pools)))
	}
	declared := d.parameters(nil)
	parts = append(parts, "parameters: "+flow(declared), d.function(namesOf(declared)))
	if d.chance("yield") {
		parts = append(parts, "yield: true")
		if d.chance("exit") {
			async := strings.HasPrefix(parts[len(parts)-2], "async")
			parts = append(parts, "exit: "+d.steps(async, namesOf(declared), 0))
		}
	}
	return flow(parts)
}

func (d *drawer) someDependencies() string {
	return "[" + strings.Join(d.distinct("depends", d.depends, 1, len(d.depends)), ", ") + "]"
}

// parameters are declarations, of names that are not taken.
func (d *drawer) parameters(taken []string) []string {
	var all []string
	for _, name := range d.distinct("parameters", names(), 0, 3) {
		kind := d.pick("type", []string{"str", "int", "float", "bool", "str?", "int?", "float?", "bool?"})
		if !slices.Contains(taken, name) {
			all = append(all, name+": "+text(kind))
		}
	}
	return all
}

func namesOf(declared []string) []string {
	var all []string
	for _, one := range declared {
		name, _, _ := strings.Cut(one, ":")
		all = append(all, name)
	}
	return all
}

// function is the work of a function that has these parameters.
func (d *drawer) function(parameters []string) string {
	if !d.plain && d.chance("async") {
		return "async: " + d.steps(true, parameters, 0)
	}
	return "def: " + d.steps(false, parameters, 0)
}

func flow(parts []string) string { return "{" + strings.Join(parts, ", ") + "}" }

// text is a string in quotes. JSON is YAML.
func text(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""` // impossible: it is a string
	}
	return strings.TrimSuffix(b.String(), "\n")
}
