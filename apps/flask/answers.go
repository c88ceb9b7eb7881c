package flask

import (
	"html"
	"net/http"
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

const htmlType = "text/html; charset=utf-8"

// The pages of werkzeug.exceptions, which are the same in both versions.
var (
	notFound            = page(http.StatusNotFound, descriptions[http.StatusNotFound])
	badRequest          = page(http.StatusBadRequest, descriptions[http.StatusBadRequest])
	internalServerError = page(http.StatusInternalServerError, descriptions[http.StatusInternalServerError])
)

var hello = Document(http.StatusOK, "hello")

// BadRequest is the page for a request that Werkzeug does not understand, and for a missing parameter, which it does
// not name (BadRequestKeyError).
func BadRequest() *http1.Answer { return badRequest }

// InternalServerError is the page for a program that has raised an exception.
func InternalServerError() *http1.Answer { return internalServerError }

// Unavailable is werkzeug.exceptions.ServiceUnavailable.
func Unavailable() *http1.Answer {
	return page(http.StatusServiceUnavailable, descriptions[http.StatusServiceUnavailable])
}

// Document is an answer of flask.Response with a body of text: its type comes first, and its length last.
func Document(status int, body string, between ...http1.Line) *http1.Answer {
	lines := append([]http1.Line{{Name: "Content-Type", Value: htmlType}}, between...)
	lines = append(lines, http1.Line{Name: "Content-Length", Value: strconv.Itoa(len(body))})
	return &http1.Answer{Status: status, Reason: reason(status), Lines: lines, Body: body}
}

// reason returns the phrase of a WSGI status line: Werkzeug's, in upper case.
func reason(status int) string { return strings.ToUpper(phrase(status)) }

// page is HTTPException.get_body.
func page(status int, description string, between ...http1.Line) *http1.Answer {
	name := html.EscapeString(phrase(status))
	return Document(status, "<!doctype html>\n<html lang=en>\n<title>"+strconv.Itoa(status)+" "+name+"</title>\n"+
		"<h1>"+name+"</h1>\n<p>"+description+"</p>\n", between...)
}

func methodNotAllowed(allow string) *http1.Answer {
	return page(http.StatusMethodNotAllowed, descriptions[http.StatusMethodNotAllowed],
		http1.Line{Name: "Allow", Value: allow})
}

// options is Flask's make_default_options_response.
func options(allow string) *http1.Answer {
	return Document(http.StatusOK, "", http1.Line{Name: "Allow", Value: allow})
}
