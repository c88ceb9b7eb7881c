package form

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// queryString reads application/x-www-form-urlencoded (python_multipart.QuerystringParser with
// starlette.formparsers.FormParser).
type queryString struct {
	form   *Form
	place  place
	name   []byte // as it was sent
	value  []byte // the same, if it is needed
	field  int    // of the form's; -1 if it is none of them
	length int    // of name and value
	filled bool   // there is a value
	count  int    // of fields that have ended
}

// place is where in a field the parser is.
type place uint8

const (
	betweenFields place = iota
	inName
	inValue
)

func (q *queryString) write(data []byte) error {
	for len(data) > 0 {
		if q.place == betweenFields {
			if q.separates(data[0]) {
				data = data[1:]
				continue
			}
			q.place, q.name, q.value, q.length, q.filled = inName, q.name[:0], nil, 0, false
		}
		end := q.separator(data)
		piece := data[:end]
		if i := bytes.IndexByte(piece, '='); q.place == inName && i >= 0 {
			if err := q.addName(piece[:i]); err != nil {
				return err
			}
			q.place, data = inValue, data[i+1:]
			q.field = q.form.field(unquote(q.name))
			continue
		}
		if err := q.add(piece); err != nil {
			return err
		}
		if data = data[end:]; len(data) == 0 {
			return nil
		}
		if err := q.end(); err != nil {
			return err
		}
	}
	return nil
}

func (q *queryString) separates(c byte) bool {
	return c == '&' || c == ';' && q.form.version.semicolons
}

// separator is where the field ends, or the length of data. Up to python-multipart 0.0.6, a semicolon separates only
// where no ampersand follows in what has arrived.
func (q *queryString) separator(data []byte) int {
	i := bytes.IndexByte(data, '&')
	if i < 0 && q.form.version.semicolons {
		i = bytes.IndexByte(data, ';')
	}
	if i < 0 {
		return len(data)
	}
	return i
}

// add adds a part of the name or the value.
func (q *queryString) add(piece []byte) error {
	if q.place == inName {
		return q.addName(piece)
	}
	q.filled = q.filled || len(piece) > 0
	if err := q.measure(piece); err != nil {
		return err
	}
	if !q.form.needsText(q.field) {
		return nil
	}
	return q.form.keep(&q.value, piece)
}

// addName adds a part of the name. Of one that is longer than each that the form knows, even with all its characters
// escaped, the rest is not kept.
func (q *queryString) addName(piece []byte) error {
	room := max(0, 3*q.form.longest+1-len(q.name))
	q.name = append(q.name, piece[:min(room, len(piece))]...)
	return q.measure(piece)
}

func (q *queryString) measure(piece []byte) error {
	q.length += len(piece)
	if limit := q.form.version.maxText; limit > 0 && q.length > limit {
		return &Refusal{fmt.Sprintf("Field exceeded maximum size of %dKB.", limit>>10)}
	}
	return nil
}

// end ends a field.
func (q *queryString) end() error {
	if q.place == inName {
		q.field = q.form.field(unquote(q.name))
	}
	q.place = betweenFields
	if q.count++; q.form.version.limitsFields && q.count > maxFields {
		return &Refusal{fmt.Sprintf("Too many fields. Maximum number of fields is %d.", maxFields)}
	}
	if q.field < 0 {
		return nil
	}
	item := Item{Kind: Empty}
	if q.filled {
		item = Item{Kind: Text, Text: unquote(q.value), kept: len(q.value)}
	}
	q.form.set(q.field, item)
	return nil
}

func (q *queryString) finish() error {
	if q.place == inValue || q.place == inName && !q.form.version.semicolons {
		return q.end()
	}
	return nil
}

// unquote is Python's unquote_plus of a text in Latin-1.
func unquote(b []byte) string { return http1.Unquote(strings.ReplaceAll(latin1(b), "+", " ")) }
