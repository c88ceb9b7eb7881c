// Package accesslog writes access lines in the formats of gunicorn and
// hypercorn: text with atoms such as %(h)s, or one JSON object per line.
//
// The atoms are those of gunicorn (gunicorn.glogging.Logger.atoms), and those that
// only hypercorn has (hypercorn.logging.AccessLogAtoms): R, Uq, st, S. An atom
// without a value is "-". Some atoms mean different things in the two servers: the
// Dialect decides. Text formats show what the client sent as the real server does,
// control characters included; JSON lines are printable ASCII.
package accesslog

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Dialect decides between the two servers where their atoms differ.
type Dialect uint8

// The dialects. Gunicorn puts a backslash before quotation marks in any atom
// (gunicorn.glogging.SafeAtoms). Hypercorn's h includes the client's port, its r and
// H show only the version, its r has an unquoted path and no query, and its length is
// the one in the header.
const (
	Gunicorn Dialect = iota
	Hypercorn
)

// Record is what can be logged of one answer.
type Record struct {
	Dialect           Dialect
	Host, Client      string // the client's address without and with its port
	User              string // of the Authorization field; only gunicorn shows it
	Method, Target    string // path and query, as the dialect shows them in a request line
	Path, Query       string // as the dialect shows them separately
	Version, Scheme   string
	Status, Length    int
	At                time.Time     // when the head was sent
	Took              time.Duration // since the request was parsed
	PID               int
	Request, Response func(name string) (value string, found bool) // header fields
}

// Format is a parsed format.
type Format struct{ parts []part }

// part is literal text, or an atom.
type part struct {
	text string
	atom func(*Record) string
	safe bool // gunicorn's atom, which escapes quotation marks
}

// JSON is the format with one JSON object per line.
const JSON = "json"

// mostQuoted is how much of a wrong format its error quotes, in bytes.
const mostQuoted = 60

// Parse reads a format. Its error says what is wrong and what is accepted.
func Parse(format string) (*Format, error) {
	if format == JSON {
		return &Format{[]part{{atom: asJSON}}}, nil
	}
	f := &Format{}
	for rest := format; rest != ""; {
		text, after, found := strings.Cut(rest, "%")
		f.parts = append(f.parts, part{text: text})
		if !found {
			break
		}
		if literal, ok := strings.CutPrefix(after, "%"); ok {
			f.parts = append(f.parts, part{text: "%"})
			rest = literal
			continue
		}
		name, tail, ok := strings.Cut(strings.TrimPrefix(after, "("), ")s")
		atom := atomOf(name)
		if !ok || !strings.HasPrefix(after, "(") || atom == nil {
			return nil, fmt.Errorf("%q is not an atom; accepted: text with %s, %%({name}i)s, %%({name}o)s, or %%%% for a percent sign; or json",
				"%"+after[:min(len(after), mostQuoted)], list())
		}
		f.parts = append(f.parts, part{atom: atom, safe: true})
		rest = tail
	}
	return f, nil
}

// Append appends a line without a line end.
func (f *Format) Append(b []byte, r *Record) []byte {
	for _, p := range f.parts {
		text := p.text
		if p.atom != nil {
			text = p.atom(r)
		}
		if p.safe && r.Dialect == Gunicorn {
			text = strings.ReplaceAll(text, `"`, `\"`)
		}
		b = append(b, text...)
	}
	return b
}

// atoms returns the atoms without a parameter.
func atoms() []struct {
	name string
	atom func(*Record) string
} {
	return []struct {
		name string
		atom func(*Record) string
	}{
		{"h", func(r *Record) string { return orDash(either(r, r.Host, r.Client), r.Client != "") }},
		{"l", func(*Record) string { return "-" }},
		{"u", func(r *Record) string { return orDash(r.User, r.User != "") }},
		{"t", func(r *Record) string { return r.At.Format("[02/Jan/2006:15:04:05 -0700]") }},
		{"r", func(r *Record) string {
			return r.Method + " " + either(r, r.Target+" HTTP/", r.Path+" ") + r.Version
		}},
		{"R", func(r *Record) string { return r.Method + " " + r.Target + " " + r.Version }},
		{"s", func(r *Record) string { return orDash(strconv.Itoa(r.Status), r.Status != 0) }},
		{"st", func(r *Record) string { return orDash(http.StatusText(r.Status), r.Status != 0) }},
		{"S", func(r *Record) string { return r.Scheme }},
		{"m", func(r *Record) string { return r.Method }},
		{"U", func(r *Record) string { return r.Path }},
		{"Uq", func(r *Record) string { return r.Target }},
		{"q", func(r *Record) string { return r.Query }},
		{"H", func(r *Record) string { return either(r, "HTTP/", "") + r.Version }},
		{"b", (*Record).length},
		{"B", (*Record).length},
		{"f", func(r *Record) string { return orDash(r.Request("referer")) }},
		{"a", func(r *Record) string { return orDash(r.Request("user-agent")) }},
		{"T", func(r *Record) string { return strconv.Itoa(int(r.Took / time.Second)) }},
		{"M", func(r *Record) string { return strconv.Itoa(int(r.Took / time.Millisecond)) }},
		{"D", func(r *Record) string { return strconv.Itoa(int(r.Took / time.Microsecond)) }},
		{"L", func(r *Record) string { return strconv.FormatFloat(r.Took.Seconds(), 'f', 6, 64) }},
		{"p", func(r *Record) string { return "<" + strconv.Itoa(r.PID) + ">" }},
	}
}

// list names the atoms for error messages.
func list() string {
	var names []string
	for _, a := range atoms() {
		names = append(names, "%("+a.name+")s")
	}
	return strings.Join(names, " ")
}

func atomOf(name string) func(*Record) string {
	for _, a := range atoms() {
		if a.name == name {
			return a.atom
		}
	}
	field, kind, found := strings.Cut(strings.TrimPrefix(name, "{"), "}")
	switch {
	case !found || !strings.HasPrefix(name, "{") || field == "":
	case kind == "i":
		return func(r *Record) string { return orDash(r.Request(strings.ToLower(field))) }
	case kind == "o":
		return func(r *Record) string { return orDash(r.Response(strings.ToLower(field))) }
	}
	return nil
}

// either returns the text of the record's dialect.
func either(r *Record, gunicorn, hypercorn string) string {
	if r.Dialect == Hypercorn {
		return hypercorn
	}
	return gunicorn
}

// orDash returns the value, or a dash if there is none.
func orDash(value string, found bool) string {
	if !found {
		return "-"
	}
	return value
}

func (r *Record) length() string {
	if r.Dialect == Hypercorn {
		return orDash(r.Response("content-length"))
	}
	return strconv.Itoa(r.Length)
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
