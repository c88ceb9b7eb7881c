package form

import (
	"slices"

	"github.com/target-server/target-server/server/http1"
)

// Field is a field that a program reads.
type Field struct {
	Name    string
	Text    bool // the text that a client sends in it is needed; otherwise only whether there is one
	Headers bool // the headers of a file that a client sends in it are needed
}

// Item is what a client has sent in a field: the last of them counts.
type Item struct {
	Kind Kind
	Text string // of a Text whose field needs it
	File *File
	kept int // bytes of the text as it was sent
}

// Kind is the kind of an item.
type Kind uint8

// The kinds of items.
const (
	Missing Kind = iota
	Empty        // a text without any character
	Text
	Upload
)

// File is a file that a client has sent.
type File struct {
	Name    string
	Size    int64
	Headers []Header // of its part, their names in lower case; only if its field needs them
	OnDisk  bool
}

// Header is a header of a part.
type Header struct{ Name, Value string }

// Work is what reading part of a body leaves to threads: one after another, first the writes.
type Work struct{ Writes, Seeks int }

// Host is what surrounds a form.
type Host struct {
	Warn func(message string) // python-multipart logs
	Keep func(bytes int) bool // the form keeps so many bytes more, unless there is no room
}

// Refusal is the error of a form that is answered 400.
type Refusal struct {
	Detail string // what the answer tells
}

func (r *Refusal) Error() string { return r.Detail }

// Form is a form that is being read.
type Form struct {
	// Items are what was sent in the fields, in their order.
	Items []Item
	// OnDisk is how many files are on disk, each of which takes a thread to close.
	OnDisk int

	version *Version
	fields  []Field
	host    Host
	longest int // the length of the longest name of a field
	utf8    bool
	parser  parser // nil if the body is not read
	work    Work
	writes  int // how often Write was called
	kept    int
}

// parser is one of python-multipart's, with Starlette's around it.
type parser interface {
	write(data []byte) error
	finish() error
}

// New begins to read a form. contentType is the request's field; without one that names a form, none is read, and every
// field is missing (starlette.requests.Request._get_form).
func (v *Version) New(contentType string, fields []Field, host Host) (*Form, error) {
	f := &Form{Items: make([]Item, len(fields)), version: v, fields: fields, host: host}
	for _, field := range fields {
		f.longest = max(f.longest, len(field.Name))
	}
	kind, options := v.options([]byte(contentType))
	switch kind {
	case "multipart/form-data":
		f.utf8 = isUTF8(options)
		boundary, found := options["boundary"]
		if !found {
			return nil, &Refusal{"Missing boundary in multipart."}
		}
		p, err := v.multipart(boundary, &parts{form: f})
		if err != nil {
			return nil, err
		}
		f.parser = p
	case "application/x-www-form-urlencoded":
		f.parser = &queryString{form: f}
	}
	return f, nil
}

// Reads reports whether the body is read.
func (f *Form) Reads() bool { return f.parser != nil }

// Write reads part of the body. The error is a [Refusal].
func (f *Form) Write(data []byte) (Work, error) {
	f.work = Work{}
	f.writes++
	if err := f.parser.write(data); err != nil {
		return Work{}, err
	}
	return f.work, nil
}

// Finish ends a form whose body has been read.
func (f *Form) Finish() error { return f.parser.finish() }

// field is the index of the field of that name, or -1.
func (f *Form) field(name string) int {
	return slices.IndexFunc(f.fields, func(field Field) bool { return field.Name == name })
}

// needsText reports whether the text in a field is needed.
func (f *Form) needsText(field int) bool { return field >= 0 && f.fields[field].Text }

// keep appends to what the form keeps.
func (f *Form) keep(to *[]byte, data []byte) error {
	if !f.host.Keep(len(data)) {
		return &Refusal{unparsed} // as FastAPI answers to a MemoryError
	}
	f.kept += len(data)
	*to = append(*to, data...)
	return nil
}

// set sets an item, and forgets the one before.
func (f *Form) set(field int, item Item) {
	f.release(f.Items[field].kept)
	f.Items[field] = item
}

func (f *Form) release(bytes int) {
	f.kept -= bytes
	f.host.Keep(-bytes)
}

// Release is the end of the form: its items are not needed any more.
func (f *Form) Release() { f.release(f.kept) }

// broken is the error of a body that cannot be parsed. It is logged unless the message is empty.
func (f *Form) broken(message string) error {
	if message != "" {
		f.host.Warn(message)
	}
	return &Refusal{f.version.broken}
}

// text is a text in the form's character set (starlette.formparsers._user_safe_decode).
func (f *Form) text(b []byte) string { return decode(b, f.utf8) }

// latin1 is a text that is not in UTF-8.
func latin1(b []byte) string { return http1.Latin1(string(b)) }
