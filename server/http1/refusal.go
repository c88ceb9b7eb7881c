package http1

import "strings"

// Refusal is the reason of a parser that gives one for refusing bytes. Its texts are
// Python's, in which a client's bytes are Latin-1.
type Refusal struct {
	Status int    // of the error page
	Reason string // of its status line
	Page   string // text of the page, before it is escaped for HTML
	// Log is the exception as Python prints it. If Class is set, it is the class of an
	// exception for which the server has no page.
	Log, Class string
	// Cause is another exception, which Python prints before it.
	Cause string
	// Known: the request line was valid, and appears in an access line.
	Known bool
}

// refusal makes a Refusal; %s in the page stands for the exception.
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

// known marks a refusal that comes after a valid request line.
func (r Refusal) known() Refusal {
	r.Known = true
	return r
}
