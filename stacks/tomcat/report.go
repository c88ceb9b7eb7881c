package tomcat

import (
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

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
	status, _ := v.statusOf(code)
	title := "HTTP Status " + strconv.Itoa(code) + " – " + status.reason
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
	paragraph(&b, "Description", status.description)
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
