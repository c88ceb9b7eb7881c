package accesslog

import (
	"strconv"
	"strings"
	"time"
)

// atom is one value of a record, as a format names it.
type atom struct {
	name   string
	only   Dialect // the only server that has it; Either means both
	number bool    // may be formatted by d
	value  func(*Record) string
}

// atoms returns the atoms without a parameter.
func atoms() []atom {
	return []atom{
		{name: "h", value: func(r *Record) string { return orDash(either(r, r.Host, r.Client), r.Client != "") }},
		{name: "l", value: func(*Record) string { return "-" }},
		{name: "u", only: Gunicorn, value: func(r *Record) string { return orDash(r.User, r.User != "") }},
		{name: "t", value: func(r *Record) string { return r.At.Format("[02/Jan/2006:15:04:05 -0700]") }},
		{name: "r", value: func(r *Record) string {
			return r.Method + " " + either(r, r.Target+" HTTP/", r.Path+" ") + r.Version
		}},
		{name: "R", only: Hypercorn, value: func(r *Record) string { return r.Method + " " + r.Target + " " + r.Version }},
		{name: "s", value: func(r *Record) string { return orDash(strconv.Itoa(r.Status), r.Status != 0) }},
		{name: "st", only: Hypercorn, value: phrase},
		{name: "S", only: Hypercorn, value: func(r *Record) string { return r.Scheme }},
		{name: "m", value: func(r *Record) string { return r.Method }},
		{name: "U", value: func(r *Record) string { return r.Path }},
		{name: "Uq", only: Hypercorn, value: func(r *Record) string { return r.Target }},
		{name: "q", value: func(r *Record) string { return r.Query }},
		{name: "H", value: func(r *Record) string { return either(r, "HTTP/", "") + r.Version }},
		{name: "b", value: length},
		{name: "B", number: true, value: length},
		{name: "f", value: func(r *Record) string { return field(r, "referer") }},
		{name: "a", value: func(r *Record) string { return field(r, "user-agent") }},
		{name: "T", number: true, value: func(r *Record) string { return strconv.FormatInt(int64(r.Took/time.Second), 10) }},
		{name: "M", only: Gunicorn, number: true, value: func(r *Record) string { return strconv.FormatInt(r.Took.Milliseconds(), 10) }},
		{name: "D", number: true, value: func(r *Record) string { return strconv.FormatInt(r.Took.Microseconds(), 10) }},
		{name: "L", value: func(r *Record) string {
			took := r.Took
			if r.Dialect != Hypercorn { // which rounds it; gunicorn's clock has whole microseconds
				took = took.Truncate(time.Microsecond)
			}
			return strconv.FormatFloat(took.Seconds(), 'f', 6, 64)
		}},
		{name: "p", value: func(r *Record) string { return "<" + strconv.Itoa(r.PID) + ">" }},
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

// find returns an atom by its name, whose case counts only without a parameter.
func find(name string) (found atom, ok bool) {
	for _, a := range atoms() {
		if a.name == name {
			return a, true
		}
	}
	if len(name) < len("{x}i") || name[0] != '{' || name[len(name)-2] != '}' {
		return atom{}, false
	}
	parameter := strings.ToLower(name[1 : len(name)-2])
	lookup := func(of func(*Record) Lookup) func(*Record) string {
		return func(r *Record) string { return of(r).orDash(parameter) }
	}
	switch name[len(name)-1] {
	case 'i', 'I':
		return atom{value: lookup(func(r *Record) Lookup { return r.Request })}, true
	case 'o', 'O':
		return atom{value: lookup(func(r *Record) Lookup { return r.Response })}, true
	case 'e', 'E':
		return atom{value: lookup(func(r *Record) Lookup { return r.Variable })}, true
	}
	return atom{}, false
}

// of returns the atom's value in a record, as the record's dialect shows it.
func (a atom) of(r *Record) string {
	if a.only != Either && r.Dialect != Either && a.only != r.Dialect {
		return "-"
	}
	text := a.value(r)
	if r.Dialect != Hypercorn {
		text = strings.ReplaceAll(text, `"`, `\"`)
	}
	return text
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

// phrase is HTTPStatus(status).phrase, or what Hypercorn shows in its place.
func phrase(r *Record) string {
	switch {
	case r.Status == 0:
		return "-"
	case r.Phrase == "":
		return "<???" + strconv.Itoa(r.Status) + "???>"
	}
	return r.Phrase
}

func length(r *Record) string {
	if r.Dialect == Hypercorn {
		return r.Response.orDash("content-length")
	}
	return strconv.Itoa(r.Length)
}

// field is a field of the request in an atom of its own, which gunicorn takes from the WSGI environment: there, fields of
// one name are joined.
func field(r *Record, name string) string {
	if r.Dialect == Hypercorn {
		return r.Request.orDash(name)
	}
	return r.Variable.orDash("http_" + strings.ReplaceAll(name, "-", "_"))
}
