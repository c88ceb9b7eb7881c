package http1

// Line is one header line of an answer, spelled and ordered as it is sent.
type Line struct{ Name, Value string }

// Answer is what a handler says: Uvicorn's http.response.start and
// http.response.body in one value. An Answer is not changed once it is used,
// so one value can serve every request that it fits.
type Answer struct {
	Status int
	// Reason is the phrase of the status, where the application says it (WSGI); else it is the server's.
	Reason string
	Lines  []Line // what the application sends; the server's own lines come on top
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
