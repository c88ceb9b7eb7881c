package tomcat

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// status is how a report names and explains a status.
type status struct{ reason, description string }

// statuses are those of all reports here (org.apache.catalina.valves, http.*).
var statuses = map[int]status{
	http.StatusBadRequest: {
		"Bad Request",
		"The server cannot or will not process the request due to something that is perceived to be a client " +
			"error (e.g., malformed request syntax, invalid request message framing, or deceptive request routing).",
	},
	http.StatusNotFound: {
		"Not Found",
		"The origin server did not find a current representation for the target resource or is not willing to " +
			"disclose that one exists.",
	},
	http.StatusMethodNotAllowed: {
		"Method Not Allowed",
		"The method received in the request-line is known by the origin server but not supported by the target " +
			"resource.",
	},
	http.StatusExpectationFailed: {
		"Expectation Failed",
		"The expectation given in the request's Expect header field could not be met by at least one of the " +
			"inbound servers.",
	},
	http.StatusNotImplemented: {
		"Not Implemented",
		"The server does not support the functionality required to fulfill the request.",
	},
	http.StatusServiceUnavailable: {
		"Service Unavailable",
		"The server is currently unable to handle the request due to a temporary overload or scheduled " +
			"maintenance, which will likely be alleviated after some delay.",
	},
	http.StatusHTTPVersionNotSupported: {
		"HTTP Version Not Supported",
		"The server does not support, or refuses to support, the major version of HTTP that was used in the " +
			"request message.",
	},
}

// css is TomcatCSS.TOMCAT_CSS.
const css = "body {font-family:Tahoma,Arial,sans-serif;} h1, h2, h3, b {color:white;background-color:#525D76;} " +
	"h1 {font-size:22px;} h2 {font-size:16px;} h3 {font-size:14px;} p {font-size:12px;} a {color:black;} " +
	".line {height:1px;background-color:#525D76;border:none;}"

// Report is the page that says what has failed (ErrorReportValve.report). before are the header lines that precede its
// own.
func (v *Version) Report(status int, message string, before ...http1.Line) *http1.Answer {
	return v.report(status, message, nil, before...)
}

func (v *Version) report(status int, message string, f *fault, before ...http1.Line) *http1.Answer {
	return &http1.Answer{
		Status: status, Body: v.page(status, message, f),
		Lines: append(before,
			http1.Line{Name: contentType, Value: "text/html;charset=utf-8"}, http1.Line{Name: "Content-Language", Value: "en"}),
	}
}

const contentType = "Content-Type"

func (v *Version) page(code int, message string, f *fault) string {
	title := "HTTP Status " + strconv.Itoa(code) + " – " + statuses[code].reason
	kind := "Status Report"
	if f != nil {
		kind = "Exception Report"
		if message == "" {
			message = f.message
		}
	}
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en"><head><title>` + title + `</title>` +
		`<style type="text/css">` + css + `</style></head><body><h1>` + title + `</h1>`)
	b.WriteString(`<hr class="line" />`)
	paragraph(&b, "Type", kind)
	if message != "" {
		paragraph(&b, "Message", escape(message))
	}
	paragraph(&b, "Description", statuses[code].description)
	if f != nil {
		f.report(&b)
	}
	b.WriteString(`<hr class="line" /><h3>` + v.Server + `</h3></body></html>`)
	return b.String()
}

func paragraph(b *strings.Builder, name, text string) {
	b.WriteString("<p><b>" + name + "</b> " + text + "</p>")
}

// report appends the exception, followed by its causes.
func (f *fault) report(b *strings.Builder) {
	name := "Exception"
	for ; f != nil; f = f.cause {
		b.WriteString("<p><b>" + name + "</b></p><pre>" + escape(f.text()+"\n"))
		for _, frame := range f.frames {
			b.WriteString(escape("\t" + frame + "\n"))
		}
		b.WriteString("</pre>")
		name = "Root Cause"
	}
	paragraph(b, "Note", "The full stack trace of the root cause is available in the server logs.")
}

// escape is org.apache.tomcat.util.security.Escape.htmlElementContent.
func escape(text string) string { return escaper.Replace(text) }

var escaper = strings.NewReplacer("<", "&lt;", ">", "&gt;", "'", "&#39;", "&", "&amp;", `"`, "&quot;", "/", "&#47;")
