package fastapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
)

// template makes the answers of a route. Nothing changes it.
type template struct {
	fixed  *http1.Answer // every answer, if the body names no parameter
	status int
	pieces []piece
	json   bool         // values stand in JSON strings
	before []http1.Line // lines before content-length
	after  []http1.Line // lines after it
}

// piece is a part of a body: a text, or a parameter's value.
type piece struct {
	text  string
	value int // which of the route's parameters, or -1
}

// template compiles what a route answers.
//
// The handler returns a Response with the headers that the file gives, which come before content-length and
// content-type. With a response model, FastAPI makes the response, and what the handler has set on the injected
// response follows (fastapi.routing.get_request_handler).
func (v *Version) template(route *program.Route) *template {
	t := &template{status: route.Status, json: route.JSON()}
	var own []http1.Line
	for _, h := range route.Headers {
		own = append(own, http1.Line{Name: h.Name, Value: h.Value})
	}
	if kind := v.contentType(route.Type); kind != "" {
		t.after = []http1.Line{{Name: "content-type", Value: kind}}
	}
	if route.ResponseModel {
		t.after = append(t.after, own...)
	} else {
		t.before = own
	}
	named := route.Named()
	for _, p := range program.Pieces(route.Body, named) {
		value := slices.IndexFunc(named, func(q program.Parameter) bool { return q.Name == p.Name })
		t.pieces = append(t.pieces, piece{p.Text, value}) // a text has no name, and so no parameter
	}
	if !slices.ContainsFunc(t.pieces, func(p piece) bool { return p.value >= 0 }) {
		t.fixed = t.make(route.Body)
	}
	return t
}

// contentType is the line that Starlette makes of a media type (starlette.responses.Response.init_headers).
func (v *Version) contentType(media string) string {
	named := v.seesCharset && strings.Contains(strings.ToLower(media), "charset=")
	if strings.HasPrefix(media, "text/") && !named {
		media += "; charset=utf-8"
	}
	return media
}

// answer returns an answer. values are those of the route's parameters, as [Version.validate] returns them.
func (t *template) answer(values []string) *http1.Answer {
	if t.fixed != nil {
		return t.fixed
	}
	var b strings.Builder
	for _, p := range t.pieces {
		switch {
		case p.value < 0:
			b.WriteString(p.text)
		case t.json:
			quoted := pyvalue.JSON(values[p.value])
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(values[p.value])
		}
	}
	return t.make(b.String())
}

// head is that of an answer that comes in parts, and so has no length.
func (t *template) head() *http1.Answer {
	return &http1.Answer{Status: t.status, Lines: slices.Concat(t.before, t.after)}
}

// make is an answer of Starlette's Response class, which gives no length where there is no body.
func (t *template) make(body string) *http1.Answer {
	lines := make([]http1.Line, 0, len(t.before)+1+len(t.after))
	lines = append(lines, t.before...)
	if t.status != http.StatusNoContent && t.status != http.StatusNotModified {
		lines = append(lines, http1.Line{Name: "content-length", Value: strconv.Itoa(len(body))})
	}
	return &http1.Answer{Status: t.status, Lines: append(lines, t.after...), Body: body}
}
