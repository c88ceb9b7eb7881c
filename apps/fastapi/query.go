package fastapi

import (
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// lastValue finds a parameter as Starlette's QueryParams does: parse_qsl with
// blank values kept, "&" alone as separator, "+" for a space, broken escapes
// left as they are; of repeated ones the last counts.
func lastValue(query, name string) (value string, found bool) {
	for len(query) > 0 {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		key, val, _ := strings.Cut(pair, "=")
		if pair != "" && decode(key) == name {
			value, found = val, true
		}
	}
	return decode(value), found
}

func decode(s string) string {
	if !strings.ContainsAny(s, "+%") {
		return s
	}
	return http1.Unquote(strings.ReplaceAll(s, "+", " "))
}
