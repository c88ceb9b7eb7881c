package flask

import (
	"strconv"
	"strings"

	"github.com/target-server/target-server/internal/pyvalue"
)

// shownNetloc returns a host as uri_to_iri puts it together again: without needless brackets, and in lower case if
// Python took it apart. Names are not decoded from Punycode.
func (s SplitRule) shownNetloc(netloc string) string {
	at := strings.LastIndexByte(netloc, '@') + 1
	user, host := netloc[:at], netloc[at:]
	port := ""
	if inside, rest, ok := strings.Cut(strings.TrimPrefix(host, "["), "]"); ok && strings.HasPrefix(host, "[") {
		host, port = inside, ""
		if strings.HasPrefix(rest, ":") {
			port = rest
		}
	} else if before, after, ok := strings.Cut(host, ":"); ok {
		host, port = before, ":"+after
	}
	if s == SplitPython {
		host = strings.ToLower(host)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return user + host + shownPort(port)
}

// shownPort returns a port, with its colon, as Python's int reads it; none, if it is impossible.
func shownPort(port string) string {
	n, ok := pyvalue.Int(strings.TrimFunc(strings.TrimPrefix(port, ":"), isSpace))
	if number, err := strconv.ParseUint(n, 10, 16); ok && err == nil {
		return ":" + strconv.FormatUint(number, 10)
	}
	return ""
}
