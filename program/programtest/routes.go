package programtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var inPath = regexp.MustCompile(`\{([^}]*)\}`)

func (d *drawer) route(key string) string {
	var names []string
	for _, m := range inPath.FindAllStringSubmatch(key, -1) {
		names = append(names, m[1])
	}
	declared := d.parameters(names)
	if len(names) > 0 && names[0] != "_x" && d.chance("typed") {
		declared = append(declared, names[0]+": "+d.pick("type", []string{"int", "float", "bool"}))
	}
	names = append(names, namesOf(declared)...)
	parts := []string{"parameters: " + flow(declared)}
	if d.bytes && d.number("form", 0, 3) == 0 {
		parts = append(parts, "form: "+flow(d.form(names)))
	}
	parts = append(parts, d.answered(names)...)
	if len(d.depends) > 0 && d.chance("depends") {
		parts = append(parts, "depends: "+d.someDependencies())
	}
	if d.chance("headers") {
		parts = append(parts, `headers: {X-First: "1", Cache-Control: "it's \"no-store\""}`)
	}
	if !d.plain && d.chance("background") {
		var tasks []string
		for range d.number("tasks", 1, 3) {
			tasks = append(tasks, flow([]string{d.function(names)}))
		}
		parts = append(parts, "background: ["+strings.Join(tasks, ", ")+"]")
	}
	return flow(parts)
}

// form are the fields of a form, of names that are not taken.
func (d *drawer) form(taken []string) []string {
	all := []string{"title: str"}
	for _, name := range d.distinct("fields", names(), 1, 3) {
		if !slices.Contains(taken, name) {
			all = append(all, name+": "+text(d.pick("field", []string{"str", "file", "str?", "file?"})))
		}
	}
	return all
}

// answered is the handler and the answer: a stream, a file, or a body.
func (d *drawer) answered(parameters []string) []string {
	kind := "body"
	if d.bytes {
		kind = d.pick("answered", []string{"body", "body", "body", "true", "sse", "file"})
	}
	var parts []string
	switch kind {
	case "true", "sse":
		d.sends = kind
		async := d.chance("async")
		steps := strings.TrimSuffix(d.steps(async, parameters, 0), "]")
		if steps != "[" {
			steps += ", "
		}
		parts = []string{"stream: " + kind, map[bool]string{true: "async: ", false: "def: "}[async] + steps + "{" + d.send() + "}]"}
		d.sends = ""
	case "file":
		parts = []string{fmt.Sprintf("file: %dB", d.number("size", 1, 200_000))}
		if d.chance("handler") {
			parts = append(parts, d.function(parameters))
		}
	default:
		return append(d.answer(parameters), d.function(parameters))
	}
	if kind != "sse" && d.chance("type") {
		parts = append(parts, "type: "+d.pick("type", []string{"text/csv", "image/png"}))
	}
	if d.chance("status") {
		parts = append(parts, "status: 203")
	}
	return parts
}

// answer is the status, body and type.
func (d *drawer) answer(parameters []string) []string {
	model := !d.plain && d.chance("model")
	switch d.pick("answer", []string{"none", "size", "json", "text", "inserted", "nothing"}) {
	case "size":
		return d.withModel(model, fmt.Sprintf("body: %dB", d.number("size", 2, 300)))
	case "json":
		return d.withModel(model, "body: "+text(d.json(parameters)), "status: 201")
	case "text":
		body := text(d.text(parameters) + "\n")
		return []string{"body: " + body, "type: " + d.pick("kind", []string{"text/plain", "application/xml"})}
	case "inserted":
		return []string{"body: " + text(`{"a": `+d.text(parameters)+"}"), "status: 404"}
	case "nothing":
		return []string{"status: " + d.pick("status", []string{"204", "304"})}
	}
	return d.withModel(model)
}

func (d *drawer) withModel(model bool, parts ...string) []string {
	if model {
		parts = append(parts, "response_model: true")
	}
	return parts
}

// json is a text that Python writes in the same way.
func (d *drawer) json(parameters []string) string {
	values := []string{"null", "true", "-12", "[]", "{}", `"done"`, `{"a":[1,{"b":"{other}"}]}`, `["é","\n\"\\"]`}
	for _, name := range parameters {
		values = append(values, `"{`+name+`}"`, `{"id":"<{`+name+`}>"}`)
	}
	return d.pick("json", values)
}
