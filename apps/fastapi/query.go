package fastapi

import (
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// parameter is a parameter of a query.
type parameter struct {
	value string
	found bool
}

// parameters finds the program's two as Starlette's QueryParams does: parse_qsl with blank values kept, only "&" as a
// separator, "+" for a space, malformed escapes left as they are. The last of repeated ones counts.
func parameters(query string) (id, sleep parameter) {
	for len(query) > 0 {
		var pair string
		pair, query = cut(query, '&')
		key, value := cut(pair, '=')
		switch decode(key) {
		case "id":
			id = parameter{value, true}
		case "sleep":
			sleep = parameter{value, true}
		}
	}
	id.value, sleep.value = decode(id.value), decode(sleep.value)
	return id, sleep
}

// cut is strings.Cut for a separator of one byte. It does not tell a missing separator from one at the end.
func cut(s string, separator byte) (before, after string) {
	if i := strings.IndexByte(s, separator); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

func decode(s string) string {
	for i := range len(s) {
		if s[i] == '+' || s[i] == '%' {
			return http1.Unquote(strings.ReplaceAll(s, "+", " "))
		}
	}
	return s
}
