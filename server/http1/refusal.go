package http1

import "strings"

// Refusal is what a parser that gives reasons says of bytes that are no request.
// Texts are Python's: what a client sent is Latin-1 in them.
type Refusal struct {
	Status int    // of the page that says so
	Reason string // of its status line
	Page   string // what the page says, before it is made HTML
	// Log is the exception as Python prints it; with a Class before it, it is one
	// that the server has no page for.
	Log, Class string
	// Cause is another exception that Python tells of before it.
	Cause string
	// Known: the request line had been understood, and an access line shows it.
	Known bool
}

// refusal makes one of a kind's page, whose text has a place for the exception's.
func refusal(status int, reason, page, exception string) Refusal {
	return Refusal{Status: status, Reason: reason, Page: strings.ReplaceAll(page, "%s", exception), Log: exception}
}

const badRequest = "Bad Request"

func badLine(line string) Refusal {
	return refusal(400, badRequest, "Invalid Request Line '%s'", "Invalid HTTP request line: "+pyRepr(line))
}

func badMethod(method string) Refusal {
	return refusal(400, badRequest, "Invalid Method '%s'", "Invalid HTTP method: "+pyRepr(method))
}

func badVersion(version string) Refusal {
	return refusal(400, badRequest, "Invalid HTTP Version '%s'", "Invalid HTTP Version: "+version)
}

func badField(field string) Refusal {
	return refusal(400, badRequest, "%s", "Invalid HTTP Header: "+pyRepr(field))
}

func badName(name string) Refusal {
	return refusal(400, badRequest, "%s", "Invalid HTTP header name: "+pyRepr(name))
}

func badFold(name string) Refusal {
	return refusal(400, badRequest, "%s", "Obsolete line folding is unacceptable: "+pyRepr(name))
}

func badSchemes() Refusal {
	return refusal(400, badRequest, "%s", "Contradictory scheme headers")
}

func badExpectation(value string) Refusal {
	return refusal(417, "Expectation Failed", "%s", "Unable to comply with expectation: "+pyRepr(value))
}

func badCoding(value string) Refusal {
	return refusal(501, badRequest, "%s", "Unsupported transfer coding: "+pyRepr(value))
}

// known is a refusal after the request line was understood.
func (r Refusal) known() Refusal {
	r.Known = true
	return r
}
