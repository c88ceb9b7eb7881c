package fastapi

import (
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/target-server/target-server/program"
)

// schemas is how a release of FastAPI writes /openapi.json.
type schemas struct {
	version   string // of OpenAPI
	parameter func(p *declared) string
	response  func(title string, text bool) string // the schema of a response model: of str, or of Any
	errors    map[string]string                    // the schemas of errors, if a route has parameters or a form
	resetBody bool                                 // status 205 is said to have a body
	formField func(program.Field) string
	formModel func(name, required, properties string) string
	// requiredFirst: beside parameters, a form is first said to be required.
	requiredFirst bool
}

// schemas30 is FastAPI 0.94.1 with pydantic 1.10.
func schemas30() schemas {
	return schemas{
		version: "3.0.2",
		parameter: func(p *declared) string {
			return `{"required":` + strconv.FormatBool(p.required()) +
				`,"schema":{"title":"` + titleOf(p.Name) + `","type":"` + typeOf(p.Type) +
				`"},"name":"` + p.Name + `","in":"` + location(p) + `"}`
		},
		response: func(title string, text bool) string {
			if text {
				return `{"title":"` + title + `","type":"string"}`
			}
			return `{"title":"` + title + `"}`
		},
		formField: formField30, formModel: formModel30,
		errors: map[string]string{
			"HTTPValidationError": `{"title":"HTTPValidationError","type":"object","properties":{"detail":` +
				`{"title":"Detail","type":"array","items":{"$ref":"#/components/schemas/ValidationError"}}}}`,
			"ValidationError": `{"title":"ValidationError","required":["loc","msg","type"],"type":"object","properties":{"loc":` +
				`{"title":"Location","type":"array","items":{"anyOf":[{"type":"string"},{"type":"integer"}]}},` +
				`"msg":{"title":"Message","type":"string"},"type":{"title":"Error Type","type":"string"}}}`,
		},
		resetBody: true,
	}
}

// schemas31 is FastAPI 0.165.0 with pydantic 2.14.
func schemas31() schemas {
	return schemas{
		version: "3.1.0",
		parameter: func(p *declared) string {
			kind := `"type":"` + typeOf(p.Type) + `"`
			if p.Optional {
				kind = `"anyOf":[{` + kind + `},{"type":"null"}]`
			}
			return `{"name":"` + p.Name + `","in":"` + location(p) + `","required":` + strconv.FormatBool(p.required()) +
				`,"schema":{` + kind + `,"title":"` + titleOf(p.Name) + `"}}`
		},
		response: func(title string, text bool) string {
			if text {
				return `{"type":"string","title":"` + title + `"}`
			}
			return `{"title":"` + title + `"}`
		},
		formField: formField31, formModel: formModel31, requiredFirst: true,
		errors: map[string]string{
			"HTTPValidationError": `{"properties":{"detail":{"items":{"$ref":"#/components/schemas/ValidationError"},` +
				`"type":"array","title":"Detail"}},"type":"object","title":"HTTPValidationError"}`,
			"ValidationError": `{"properties":{"loc":{"items":{"anyOf":[{"type":"string"},{"type":"integer"}]},` +
				`"type":"array","title":"Location"},"msg":{"type":"string","title":"Message"},` +
				`"type":{"type":"string","title":"Error Type"},"input":{"title":"Input"},` +
				`"ctx":{"type":"object","title":"Context"}},"type":"object","required":["loc","msg","type"],"title":"ValidationError"}`,
		},
	}
}

// openAPI is the document that FastAPI makes of a program (fastapi.openapi.utils.get_openapi): /openapi.json.
func (v *Version) openAPI(p *program.Program) string {
	var paths []string // in the order of the routes
	operations := map[string]map[string]string{}
	names, schemas := p.FunctionNames(), map[string]string{}
	for i, route := range p.Routes {
		if operations[route.Path] == nil {
			operations[route.Path] = map[string]string{}
			paths = append(paths, route.Path)
		}
		id := operationID(route, names[i])
		operation, checked := v.operation(route, names[i], id)
		operations[route.Path][route.Method] = operation
		if checked {
			maps.Copy(schemas, v.schemas.errors)
		}
		if len(route.Form) > 0 {
			schemas[formName(id)] = v.formSchema(route, formName(id))
		}
	}
	for i, path := range paths {
		paths[i] = `"` + path + `":{` + pathItem(operations[path]) + `}`
	}
	document := `{"openapi":"` + v.schemas.version + `","info":{"title":"FastAPI","version":"0.1.0"},` +
		`"paths":{` + strings.Join(paths, ",") + `}`
	if len(schemas) > 0 {
		document += components(schemas)
	}
	return document + `}`
}

// pathItem lists the operations of a path in the order of OpenAPI (fastapi.openapi.models.PathItem).
func pathItem(operations map[string]string) string {
	var list []string
	for _, method := range []string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH"} {
		if operation, found := operations[method]; found {
			list = append(list, `"`+strings.ToLower(method)+`":`+operation)
		}
	}
	return strings.Join(list, ",")
}

// operation describes a route. It reports whether 422 is among the answers.
func (v *Version) operation(route *program.Route, name, id string) (text string, invalid bool) {
	text = `{"summary":"` + titleOf(name) + `","operationId":"` + id + `",`
	parameters := v.allParameters(route)
	if len(parameters) > 0 {
		text += `"parameters":[` + strings.Join(parameters, ",") + `],`
	}
	text += v.requestBody(route, id, len(parameters) > 0)
	text += `"responses":{"` + strconv.Itoa(route.Status) + `":{"description":"Successful Response"` +
		v.content(route, id) + `}`
	invalid = (len(parameters) > 0 || len(route.Form) > 0) && route.Status != http.StatusUnprocessableEntity
	if invalid {
		text += `,"422":{"description":"Validation Error","content":{"application/json":{"schema":` +
			`{"$ref":"#/components/schemas/HTTPValidationError"}}}}`
	}
	return text + `}}`, invalid
}

// content describes a route's body. Without a response model, FastAPI knows only that its class of responses is JSON.
func (v *Version) content(route *program.Route, id string) string {
	schema := "{}"
	switch {
	case route.Status == http.StatusNoContent, route.Status == http.StatusNotModified,
		route.Status == http.StatusResetContent && !v.schemas.resetBody:
		return ""
	case route.Stream == program.InEvents && v.hasEvents:
		return `,"content":{"text/event-stream":{"itemSchema":` + eventSchema + `}}`
	case route.ResponseModel:
		schema = v.schemas.response(titleOf("Response_"+id), strings.HasPrefix(route.Body, `"`))
	}
	return `,"content":{"application/json":{"schema":` + schema + `}}`
}

// eventSchema is fastapi.sse._SSE_EVENT_SCHEMA.
const eventSchema = `{"type":"object","properties":{"data":{"type":"string"},"event":{"type":"string"},` +
	`"id":{"type":"string"},"retry":{"type":"integer","minimum":0}}}`

// allParameters describes the parameters of a route and of its dependencies: first those in the path, then those of the
// query. One that occurs several times stands where it is first, and is described by the last that is required.
func (v *Version) allParameters(route *program.Route) []string {
	var order []string // by place and name
	chosen := map[string]*declared{}
	for _, p := range flat(route) {
		key := location(&p) + " " + p.Name
		before := chosen[key]
		if before == nil {
			order = append(order, key)
		}
		if before == nil || !before.required() || p.required() {
			chosen[key] = &p
		}
	}
	list := make([]string, len(order))
	for i, key := range order {
		list[i] = v.schemas.parameter(chosen[key])
	}
	return list
}

// flat lists the parameters of a route, and then those of its dependencies, each once and before those that it depends
// on (fastapi.dependencies.utils.get_flat_dependant).
func flat(route *program.Route) []declared {
	all := append([]program.Parameter(nil), route.Parameters...)
	seen := map[*program.Dependency]bool{}
	var walk func([]*program.Dependency)
	walk = func(list []*program.Dependency) {
		for _, d := range list {
			if !seen[d] {
				seen[d] = true
				all = append(all, d.Parameters...)
				walk(d.Depends)
			}
		}
	}
	walk(route.Depends)
	return declare(route.Path, all)
}

// operationID is a route's operationId (fastapi.utils.generate_unique_id).
func operationID(route *program.Route, name string) string {
	return name + notWord.ReplaceAllString(route.Path, "_") + "_" + strings.ToLower(route.Method)
}

// notWord is what FastAPI replaces in an operationId.
var notWord = regexp.MustCompile(`[^A-Za-z0-9_]`)

// typeOf is a type's name in a JSON schema.
func typeOf(t program.Type) string {
	switch t {
	case program.Int:
		return "integer"
	case program.Float:
		return "number"
	case program.Bool:
		return "boolean"
	}
	return "string"
}

// titleOf makes a title of a name, as Python's name.title().replace("_", " "): each letter that follows another is
// small, and each other one is large.
func titleOf(name string) string {
	b := []byte(name)
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	for i, c := range b {
		switch {
		case c == '_':
			b[i] = ' '
		case letter(c) && i > 0 && letter(name[i-1]):
			b[i] = c | 0x20
		case letter(c):
			b[i] = c &^ 0x20
		}
	}
	return string(b)
}
