package accesslog

import (
	"encoding/json"
	"time"
)

// Dialect decides between the two servers where their atoms differ.
type Dialect uint8

// The dialects.
const (
	// Either is for servers that have no such formats: gunicorn's atoms with gunicorn's meaning, and the atoms that only
	// Hypercorn has.
	Either Dialect = iota
	// Gunicorn puts a backslash before quotation marks in any atom (gunicorn.glogging.SafeAtoms). Its e atoms show the
	// variables of the WSGI environment.
	Gunicorn
	// Hypercorn's h includes the client's port, its r and H show only the version, its r has an unquoted path and no
	// query, its b and B are the length in the header, and its e atoms show the variables of the process.
	Hypercorn
)

// Lookup finds a value by its name, which is in lower case. A nil Lookup finds nothing.
type Lookup func(name string) (value string, found bool)

// orDash returns the value of that name, or a dash if there is none.
func (l Lookup) orDash(name string) string {
	if l == nil {
		return "-"
	}
	return orDash(l(name))
}

// Record is what can be logged of one answer.
type Record struct {
	Dialect           Dialect
	Host, Client      string // the client's address without and with its port
	User              string // of the Authorization field; Hypercorn does not show it
	Method, Target    string // path and query, as the dialect shows them in a request line
	Path, Query       string // as the dialect shows them separately
	Version, Scheme   string
	Status, Length    int    // the status is 0 if there was no answer
	Phrase            string // of the status
	At                time.Time
	Took              time.Duration
	PID               int
	Request, Response Lookup // header fields: the last one of a name
	Variable          Lookup // what e atoms show
}

// asJSON returns the record as one JSON object.
func asJSON(r *Record) string {
	text, err := json.Marshal(struct {
		Time    string  `json:"time"`
		Client  string  `json:"client"`
		Method  string  `json:"method"`
		Target  string  `json:"target"`
		Version string  `json:"version"`
		Status  int     `json:"status"`
		Length  int     `json:"length"`
		Took    float64 `json:"took"` // seconds
		PID     int     `json:"pid"`
	}{r.At.Format("2006-01-02T15:04:05.000000Z07:00"), r.Client, r.Method, r.Target, r.Version, r.Status, r.Length, r.Took.Seconds(), r.PID})
	if err != nil {
		return err.Error() // cannot happen: the fields are plain
	}
	return string(AppendPrintable(nil, text))
}
