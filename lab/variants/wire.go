package variants

// wire are mistakes in the incoming and outgoing bytes.
func wire() []Variant {
	return []Variant{
		{
			Name: "header-in-the-wrong-order", About: "content-type comes before content-length.", Scenarios: []string{"answers"},
			Edits: []Edit{{
				"apps/fastapi/answers.go", `http1.Line{Name: "content-length", Value: strconv.Itoa(len(body))}, http1.Line{Name: "content-type", Value: mediaType})`,
				`http1.Line{Name: "content-type", Value: mediaType}, http1.Line{Name: "content-length", Value: strconv.Itoa(len(body))})`,
			}},
		},
		{
			Name: "header-names-in-title-case", About: "Content-Length instead of content-length.", Scenarios: []string{"answers"},
			Edits: []Edit{{"server/http1/spelling.go", `	dst = append(append(dst, name...), ": "...)`, `	dst = append(append(dst, http.CanonicalHeaderKey(name)...), ": "...)`}},
		},
		{
			Name: "no-reason-phrase", About: "The status line ends after the number.", Scenarios: []string{"answers"},
			Edits: []Edit{{"server/http1/spelling.go", "	dst = append(dst, Phrase(status)...)\n", ""}},
		},
		{
			Name: "head-and-body-in-one-segment", About: "Head and body are written at once.", Scenarios: []string{"segments"},
			Edits: []Edit{{"stacks/uvicorn/cycle.go", "	c.conn.Write(e.scratch)\n	c.sendBody(a.Body)\n", "	c.conn.Write(append(e.scratch, a.Body...))\n"}},
		},
		{
			Name: "bare-line-feeds-refused", About: "httptools 0.5 accepts a single line feed as the end of a line; this does not.", Scenarios: []string{"malformed-lines-httptools"},
			Edits: []Edit{{"server/http1/dialects.go", "	BareLFLine:     true,", "	BareLFLine:     false,"}},
		},
		{
			Name: "a-request-without-host-taken", About: "h11 refuses an HTTP/1.1 request without a Host field; this accepts it.", Scenarios: []string{"malformed-fields-h11"},
			Edits: []Edit{{"server/http1/dialects.go", "	HostOnce:       true,", "	HostOnce:       false,"}},
		},
		{
			Name: "another-text-in-the-refusal", About: "The answer to garbage has a different text.", Scenarios: []string{"malformed-later"},
			Edits: []Edit{{"stacks/uvicorn/layout.go", `const refusalBody = "Invalid HTTP request received."`, `const refusalBody = "Bad Request"`}},
		},
		{
			Name: "another-word-in-the-validation", About: "pydantic 1's message begins with a capital, as pydantic 2's does.", Scenarios: []string{"validation"},
			Edits: []Edit{{"apps/fastapi/answers.go", `"msg":"field required"`, `"msg":"Field required"`}},
		},
		{
			Name: "pipelined-request-lost", About: "A request that was parsed while the previous one was running is never answered.", Scenarios: []string{"pipeline-two-httptools"},
			Edits: []Edit{{"stacks/uvicorn/conn.go", "		c.follow(next)\n", ""}},
		},
		{
			Name: "pipelined-requests-at-once", About: "Requests of one connection run concurrently.", Scenarios: []string{"pipeline-three-httptools"},
			Edits: []Edit{{"stacks/uvicorn/conn.go", "	if busy {\n", "	if busy && before == nil {\n"}},
		},
		{
			Name: "an-access-line-for-those-who-left", About: "A client that has left is logged as answered.", Scenarios: []string{"leave-running", "leave-queued"},
			Edits: []Edit{{
				"stacks/uvicorn/cycle.go", "	if c.disconnected {\n		return false\n	}\n	e, a :=",
				"	if c.disconnected {\n\t\tc.conn.endpoint.Log.Access(c, c.Answer().Status)\n		return false\n	}\n	e, a :=",
			}},
		},
		{
			Name: "numbers-from-zero", About: "The application's first request is #0.", Scenarios: []string{"pool-thread-line"},
			Edits: []Edit{{"server/request.go", "Begin(t.Name, r.number,", "Begin(t.Name, r.number-1,"}},
		},
		{
			Name: "access-line-with-one-space", About: "Only one space separates INFO: from the client's address.", Scenarios: []string{"pool-thread-line"},
			Edits: []Edit{{"stacks/uvicorn/log.go", `append(b, "INFO:     "...)`, `append(b, "INFO: "...)`}},
		},
	}
}

// details are mistakes that only few requests show.
func details() []Variant {
	return []Variant{
		{
			Name: "first-value-counts", About: "If an id is given twice, the first one counts.",
			Edits:     []Edit{{"apps/fastapi/query.go", "		case \"id\":\n			id = parameter{value, true}\n", "		case \"id\":\n			if !id.found {\n				id = parameter{value, true}\n			}\n"}},
			Scenarios: []string{"validation"},
		},
		{
			Name: "length-beats-encoding", About: "The current httptools accepts Content-Length together with Transfer-Encoding.",
			Edits:     []Edit{{"server/http1/dialects.go", "\tLength:            LengthRefusedAtName,\n", ""}},
			Scenarios: []string{"malformed-framing-httptools"},
		},
		{
			Name: "old-version-kept", About: "The older httptools class keeps an HTTP/1.0 connection open.",
			Edits:     []Edit{{"stacks/uvicorn/layout.go", `func (httptools021) KeepsAlive(h *http1.Head) bool { return h.Version != "1.0" }`, `func (httptools021) KeepsAlive(*http1.Head) bool { return true }`}},
			Scenarios: []string{"closing-httptools", "idle-closed-at-once"},
		},
		{
			Name: "date-of-the-answer", About: "The Date header is that of the answer instead of the request.",
			Edits:     []Edit{{"stacks/uvicorn/cycle.go", "\te, a := c.conn.endpoint, c.Answer()\n", "\te, a := c.conn.endpoint, c.Answer()\n\tc.defaults = e.defaults\n"}},
			Scenarios: []string{"date-of-the-request"},
		},
		{
			Name: "access-on-stderr", About: "Access lines are written to stderr.",
			Edits:     []Edit{{"server/journal/native.go", "	if n.lines.AccessOnStderr {", "	if !n.lines.AccessOnStderr {"}},
			Scenarios: []string{"log-whole-life"},
		},
		{
			Name: "forwarded-as-bytes", About: "An address named by a proxy is logged as raw bytes.",
			Edits:     []Edit{{"stacks/uvicorn/forwarded.go", "http1.Latin1(string(field.Value)))\n\t\tcase", "string(field.Value))\n\t\tcase"}},
			Scenarios: []string{"escaped-log-h11"},
		},
		{
			Name: "fields-as-bytes", About: "Hypercorn's access lines contain fields as raw bytes.",
			Edits:     []Edit{{"stacks/hypercorn/log.go", "return http1.Latin1(values[len(values)-1])", "return values[len(values)-1]"}},
			Scenarios: []string{"hypercorn-escaped-log"},
		},
		{
			Name: "unsafe-atoms", About: "A quotation mark is not escaped in gunicorn's access format.",
			Edits:     []Edit{{"accesslog/atoms.go", "if r.Dialect != Hypercorn {\n\t\ttext =", "if r.Dialect > Hypercorn {\n\t\ttext ="}},
			Scenarios: []string{"gunicorn-sync-escaped-format"},
		},
		{
			Name: "silent-refusal", About: "Nothing is logged for bytes that are not a request.",
			Edits:     []Edit{{"stacks/uvicorn/conn.go", "\te.Log.Warning(refusalBody)\n", ""}},
			Scenarios: []string{"log-whole-life"},
		},
	}
}
