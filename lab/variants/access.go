package variants

// accessFormats are mistakes in access log formats.
func accessFormats() []Variant {
	return []Variant{
		{
			Name: "hypercorn-counts-milliseconds", About: "Hypercorn has gunicorn's M.", Scenarios: []string{"hypercorn-access-durations"},
			Edits: []Edit{{"accesslog/atoms.go", `{name: "M", only: Gunicorn,`, `{name: "M",`}},
		},
		{
			Name: "first-of-repeated-fields", About: "An i atom shows the first of several fields of one name.",
			Scenarios: []string{"gunicorn-sync-access-atoms", "hypercorn-access-atoms"},
			Edits:     []Edit{{"server/journal/format.go", "f.text(values[len(values)-1])", "f.text(values[0])"}},
		},
		{
			Name: "environment-of-failures", About: "Gunicorn's log has the whole WSGI environment of a request that failed.",
			Scenarios: []string{"gunicorn-sync-access-variables-of-failures"},
			Edits:     []Edit{{"stacks/gunicorn/log.go", "\t\tif !wholeEnviron(e) {\n\t\t\treturn \"\", false\n\t\t}\n", ""}},
		},
		{
			Name: "departures-go-unlogged", About: "Hypercorn 0.18 logs a client that has left only once, when its handler is done.",
			Scenarios: []string{"hypercorn-access-departures"},
			Edits:     []Edit{{"stacks/hypercorn/exchange.go", "Version.LogsDepartures && x.stage != answered", "Version.LogsDepartures && false"}},
		},
	}
}
