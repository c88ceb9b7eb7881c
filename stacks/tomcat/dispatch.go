package tomcat

import (
	"net/http"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// dispatch has Tomcat itself answer, or the servlet (CoyoteAdapter.service, HttpServlet.service).
func (x *Exchange) dispatch(h *http1.Head) {
	e, m := x.conn.endpoint, &x.message
	v := e.connector.Version
	method := string(h.Method)
	shown := method
	if v.FoldsMethods {
		method = strings.ToUpper(method)
	}
	if m.in.hasTarget && string(m.target) == "*" && method == http.MethodOptions {
		x.Reply(allowed(m.status, "GET, HEAD, POST, PUT, DELETE, OPTIONS"))
		return
	}
	path, status, report := x.find(method)
	switch {
	case x.conn.lease.Refused:
		e.Refuse(x, e.QueueFull)
	case status != 0:
		x.Reply(v.report(status, report, m.fault))
	case m.failed:
		x.Reply(v.report(m.status, "", m.fault))
	case method == http.MethodTrace:
		var allow []http1.Line
		switch {
		case e.described:
			allow = []http1.Line{{Name: "Allow", Value: http.MethodOptions}}
		case path == "/":
			allow = []http1.Line{{Name: "Allow", Value: "HEAD, GET, OPTIONS"}}
		}
		x.Reply(v.Report(http.StatusMethodNotAllowed, "TRACE method is not allowed", allow...))
	case path != "/" && !e.described:
		x.Reply(v.Report(http.StatusNotFound, ""))
	default:
		x.path = path
		x.serve(shown, h)
	}
}

// allowed is the answer to OPTIONS.
func allowed(status int, methods string) *http1.Answer {
	return &http1.Answer{Status: status, Lines: []http1.Line{{Name: "Allow", Value: methods}}}
}

// find returns the path that is looked up, or the status and the report that are answered instead.
func (x *Exchange) find(method string) (path string, status int, report string) {
	m := &x.message
	v := x.conn.endpoint.connector.Version
	switch {
	case method == http.MethodConnect:
		return "", http.StatusNotImplemented, "HTTP requests using the CONNECT method are not supported"
	case !m.in.hasTarget:
		return "", 0, ""
	}
	path, report, good := v.locate(m.target)
	if !good {
		return "", http.StatusBadRequest, report
	}
	return path, 0, ""
}

// serve calls the servlet. The article's implements GET.
func (x *Exchange) serve(method string, h *http1.Head) {
	e := x.conn.endpoint
	v := e.connector.Version
	if x.expects {
		x.conn.WriteString("HTTP/1.1 100 \r\n\r\n")
	}
	switch {
	case e.described, method == http.MethodGet, method == http.MethodHead:
		e.Handle(x, h)
	case method == http.MethodOptions:
		x.Reply(allowed(http.StatusOK, "GET, HEAD, OPTIONS"))
	default:
		x.Reply(v.unsupported(method, x.http11))
	}
}
