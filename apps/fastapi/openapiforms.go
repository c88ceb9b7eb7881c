package fastapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/target-server/target-server/program"
)

// formField30 describes a field of a form as FastAPI 0.94.1 does.
func formField30(f program.Field) string {
	format := ""
	if f.IsFile {
		format = `,"format":"binary"`
	}
	return `{"title":"` + titleOf(f.Name) + `","type":"string"` + format + `}`
}

// formModel30 describes a form.
func formModel30(name, required, properties string) string {
	return `{"title":"` + name + `",` + required + `"type":"object","properties":` + properties + `}`
}

// formField31 describes a field of a form as FastAPI 0.165.0 does.
func formField31(f program.Field) string {
	kind := `"type":"string"`
	if f.IsFile {
		kind += `,"contentMediaType":"application/octet-stream"`
	}
	if f.Optional {
		kind = `"anyOf":[{` + kind + `},{"type":"null"}]`
	}
	return `{` + kind + `,"title":"` + titleOf(f.Name) + `"}`
}

// formModel31 describes a form.
func formModel31(name, required, properties string) string {
	return `{"properties":` + properties + `,"type":"object",` + required + `"title":"` + name + `"}`
}

// requestBody is a route's form in the description of its operation, or empty. Beside parameters, FastAPI 0.165.0 says first
// whether it is required.
func (v *Version) requestBody(route *program.Route, id string, parameters bool) string {
	if len(route.Form) == 0 {
		return ""
	}
	media := "application/x-www-form-urlencoded"
	if slices.ContainsFunc(route.Form, func(f program.Field) bool { return f.IsFile }) {
		media = "multipart/form-data"
	}
	parts := []string{`"content":{"` + media + `":{"schema":{"$ref":"#/components/schemas/` + formName(id) + `"}}}`}
	if slices.ContainsFunc(route.Form, func(f program.Field) bool { return !f.Optional }) {
		parts = append(parts, `"required":true`)
	}
	if parameters && v.schemas.requiredFirst {
		slices.Reverse(parts)
	}
	return `"requestBody":{` + strings.Join(parts, ",") + `},`
}

// formName is the name of a form's schema (fastapi.dependencies.utils.get_body_field).
func formName(operation string) string { return "Body_" + operation }

// formSchema is the schema of a route's form.
func (v *Version) formSchema(route *program.Route, name string) string {
	var required, properties []string
	for _, f := range route.Form {
		if !f.Optional {
			required = append(required, `"`+f.Name+`"`)
		}
		properties = append(properties, `"`+f.Name+`":`+v.schemas.formField(f))
	}
	list := ""
	if required != nil {
		list = `"required":[` + strings.Join(required, ",") + `],`
	}
	return v.schemas.formModel(name, list, `{`+strings.Join(properties, ",")+`}`)
}

// components are the schemas that operations refer to, by name, in alphabetical order.
func components(schemas map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		list = append(list, `"`+name+`":`+schemas[name])
	}
	return `,"components":{"schemas":{` + strings.Join(list, ",") + `}}`
}
