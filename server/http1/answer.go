package http1

// Line is one header line of an answer, as it is sent.
type Line struct{ Name, Value string }

// Answer is a handler's answer: Uvicorn's http.response.start and
// http.response.body in one value. It must not be changed once it is used, so
// that one value can answer many requests.
type Answer struct {
	Status int
	// Reason is the reason phrase, if the application sets it (WSGI); otherwise the server does.
	Reason string
	Lines  []Line // of the application; the server adds its own
	Body   string
}

// Line returns the value of the first line of that (lower-case) name, or "".
func (a *Answer) Line(name string) string {
	value, _ := a.Lookup(name)
	return value
}

// Lookup returns the value of the first line of that (lower-case) name,
// and whether there is one.
func (a *Answer) Lookup(name string) (string, bool) {
	for _, l := range a.Lines {
		if l.Name == name {
			return l.Value, true
		}
	}
	return "", false
}
