package files

import (
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// Asked is what a request asks of a file: the first value of each field, and whether there is one.
type Asked struct {
	Path                                         string // within a folder, as [Clean] has made it
	Method                                       string
	Range, IfRange, IfNoneMatch, IfModifiedSince Field
}

// Field is the value of a field of a request.
type Field struct {
	Value string
	Given bool
}

// Ask reads the fields of a head.
func Ask(method string, head *http1.Head) *Asked {
	field := func(name string) Field {
		value, given := head.Value(name)
		return Field{latin1(value), given}
	}
	return &Asked{
		Method: method,
		Range:  field("range"), IfRange: field("if-range"),
		IfNoneMatch: field("if-none-match"), IfModifiedSince: field("if-modified-since"),
	}
}

// latin1 decodes the bytes of a field, as Starlette does.
func latin1(value string) string {
	if !strings.ContainsFunc(value, func(r rune) bool { return r > 0x7f }) {
		return value
	}
	runes := make([]rune, len(value))
	for i := range len(value) {
		runes[i] = rune(value[i])
	}
	return string(runes)
}
