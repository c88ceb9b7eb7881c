package fastapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
)

// declared is a parameter of a route, or of a dependency as a route uses it.
type declared struct {
	program.Parameter
	place int // of a parameter of the path: which of the path's values; or inBody
}

// inBody is the place of a field of a form.
const inBody = -2

// required reports whether the parameter may not be missing: one in the path cannot be.
func (p *declared) required() bool { return !p.Optional || p.InPath }

// declare returns parameters in the order in which FastAPI validates them: those in the route's path, then those of the
// query. A dependency's parameter is in the path if it has the name of one, and then it is never optional
// (fastapi.dependencies.utils.get_dependant).
func declare(path string, parameters []program.Parameter) []declared {
	names := compilePath("", path).names
	var all, query []declared
	for _, p := range parameters {
		place := slices.Index(names, p.Name)
		p.InPath = place >= 0
		if p.InPath {
			all = append(all, declared{p, place})
		} else {
			query = append(query, declared{p, place})
		}
	}
	return append(all, query...)
}

// fieldError is what is wrong with one parameter of a request.
type fieldError struct {
	parameter *declared
	problem   problem
	input     string // the value, unless it is missing; of a file, as JSON
}

// problem is what is wrong with a value.
type problem uint8

const (
	noProblem problem = iota
	missing           // and the parameter is required
	malformed         // not of the parameter's type
	notText           // a file
	notFile           // a text
	tooLarge          // an integer with too many digits
)

// none is what Python's str() writes for an optional parameter that is missing.
const none = "None"

// validate returns the values of parameters as Python's str() writes them, in the order of parameters, or what is wrong
// with them. path is the values of the path's parameters.
func (v *Version) validate(parameters []declared, path []string, query string) ([]string, []fieldError) {
	if len(parameters) == 0 {
		return nil, nil
	}
	given := inQuery(parameters, query)
	values := make([]string, len(parameters))
	var errs []fieldError
	for i := range parameters {
		p := &parameters[i]
		if p.InPath {
			given[i] = parameter{path[p.place], true}
		}
		value, wrong := v.read(p, given[i])
		if wrong != noProblem {
			errs = append(errs, fieldError{p, wrong, given[i].value})
		}
		values[i] = value
	}
	if errs != nil {
		return nil, errs
	}
	return values, nil
}

// read returns the value of a parameter.
func (v *Version) read(p *declared, given parameter) (string, problem) {
	switch {
	case !given.found && p.required():
		return "", missing
	case !given.found:
		return none, noProblem
	}
	switch p.Type {
	case program.Int:
		return v.pydantic.integer(given.value)
	case program.Float:
		return v.pydantic.float(given.value)
	case program.Bool:
		return boolean(given.value)
	}
	return given.value, noProblem
}

// inQuery finds the values of parameters in a query, as [parameters] does.
func inQuery(wanted []declared, query string) []parameter {
	given := make([]parameter, len(wanted))
	for len(query) > 0 {
		var pair string
		pair, query = cut(query, '&')
		key, value := cut(pair, '=')
		name := decode(key)
		for i := range wanted {
			if wanted[i].Name == name {
				given[i] = parameter{value, true}
			}
		}
	}
	for i := range given {
		given[i].value = decode(given[i].value)
	}
	return given
}

// unprocessable is the answer to errors in parameters, in the order in which FastAPI has met them
// (fastapi.exception_handlers.request_validation_exception_handler).
func (v *Version) unprocessable(errs []fieldError) *http1.Answer {
	var b strings.Builder
	b.WriteString(`{"detail":[`)
	for i, e := range errs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(v.pydantic.describe(e))
	}
	b.WriteString(`]}`)
	return document(http.StatusUnprocessableEntity, jsonType, b.String())
}
