package flask

import (
	"net/http"
	"strconv"
	"strings"
)

// refusal is what BaseHTTPRequestHandler.send_error is called with.
type refusal struct {
	status           int
	message, explain string

	silent    bool  // nothing is sent
	exception error // that ends the thread instead
	request   *requestLine
}

var (
	silence    = &refusal{silent: true}
	uriTooLong = &refusal{
		status: http.StatusRequestURITooLong, message: "Request-URI Too Long", explain: "URI is too long",
		request: &requestLine{},
	}
	lineTooLong = &refusal{
		status: http.StatusRequestHeaderFieldsTooLarge, message: "Line too long",
		explain: "got more than 65536 bytes when reading header line",
	}
	tooManyHeaders = &refusal{
		status: http.StatusRequestHeaderFieldsTooLarge, message: "Too many headers",
		explain: "got more than 100 headers",
	}
)

func badSyntax(message string) *refusal {
	return &refusal{
		status: http.StatusBadRequest, message: message,
		explain: "Bad request syntax or unsupported method",
	}
}

// of returns the refusal for one request.
func (r *refusal) of(q *requestLine) *refusal {
	of := *r
	of.request = q
	return &of
}

// body is DEFAULT_ERROR_MESSAGE of http.server.
func (r *refusal) body() string {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	code := strconv.Itoa(r.status)
	return "<!DOCTYPE HTML>\n<html lang=\"en\">\n    <head>\n        <meta charset=\"utf-8\">\n" +
		"        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n" +
		"        <p>Error code: " + code + "</p>\n        <p>Message: " + escape(r.message) + ".</p>\n" +
		"        <p>Error code explanation: " + code + " - " + escape(r.explain) + ".</p>\n    </body>\n</html>\n"
}

// logged returns the request as the log shows it: as it came, if its target was not reached.
func (r *refusal) logged(v *Version) string {
	if r.request.target == "" {
		return v.escape(r.request.text)
	}
	return v.request(r.request.method, r.request.target, r.request.version)
}
