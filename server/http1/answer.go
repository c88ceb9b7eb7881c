package http1

// Line is one header line of an answer, as it is sent.
type Line struct{ Name, Value string }

// Answer is an app's answer: ASGI's http.response.start and http.response.body in one value. It must not be changed
// once it is used, because one value may answer many requests.
type Answer struct {
	Status int
	// Reason is the reason phrase if the app sets it (WSGI). If it is empty, the server sets its own.
	Reason string
	Lines  []Line // of the app; the server adds its own
	Body   string
}

// Line returns the value of the first line with that name, in lower case, or "".
func (a *Answer) Line(name string) string {
	value, _ := a.Lookup(name)
	return value
}

// Lookup returns the value of the first line with that name, in lower case, and whether there is one.
func (a *Answer) Lookup(name string) (string, bool) {
	for _, l := range a.Lines {
		if l.Name == name {
			return l.Value, true
		}
	}
	return "", false
}
