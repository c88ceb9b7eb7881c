package http1

import (
	"fmt"
	"strings"
)

// addReason records a refusal, with its reason if the parser gives one.
func (o *observer) addReason(event string) {
	if o.d.Lines == nil {
		o.add(event)
		return
	}
	o.body = 0
	r := o.head.Refusal
	if r.Class != "" {
		o.add(fmt.Sprintf("%s %s: %s", event, r.Class, quoted(r.Log)))
		return
	}
	known := ""
	if r.Known {
		known = " known"
	}
	o.add(fmt.Sprintf("%s %d %s %s%s %s", event, r.Status, quoted(r.Reason), quoted(r.Page), known, quoted(r.Log)))
}

var quoter = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", `\r`, "\n", `\n`)

func quoted(text string) string { return `"` + quoter.Replace(text) + `"` }

// describeLines records a head as gunicorn_parser.py does.
func describeLines(h *Head) string {
	var b strings.Builder
	fmt.Fprintf(&b, "H %s %s %s %s %s", brief(h.Method), brief(h.Target), brief(h.Path), brief(h.Query), h.Version)
	if h.KeepAlive {
		b.WriteString(" keep")
	}
	if h.Continues > 0 {
		fmt.Fprintf(&b, " expect%d", h.Continues)
	}
	scheme := h.Scheme
	if scheme == "" {
		scheme = "http"
	}
	fields := make([]string, len(h.Fields))
	for i, f := range h.Fields {
		fields[i] = brief(upperLatin1(f.Name)) + ":" + brief(f.Value)
	}
	fmt.Fprintf(&b, " %s [%s]", scheme, strings.Join(fields, " "))
	return b.String()
}
