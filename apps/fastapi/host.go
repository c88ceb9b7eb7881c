package fastapi

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// hostHeader matches what Starlette 1.10 takes for a host (starlette._utils._HOST_RE).
var hostHeader = regexp.MustCompile(`(?i)^(?:[a-z0-9._~%!$&'()*+,;=-]+|\[([a-f0-9]*:[a-f0-9.:]+)\]|\[v[a-f0-9]+\.[a-z0-9._~!$&'()*+,;=:-]+\])(?::0*([0-9]{1,5}))?$`)

// goodHost reports whether a Host field names a host and, if any, a possible port.
func goodHost(host string) bool {
	m := hostHeader.FindStringSubmatch(host)
	if m == nil {
		return false
	}
	if _, err := netip.ParseAddr(m[1]); m[1] != "" && err != nil {
		return false
	}
	port, err := strconv.Atoi(m[2])
	return m[2] == "" || err == nil && port <= 65535
}

// inPath is what Starlette 1.10 writes for characters of a path that would end it (starlette.datastructures.URL).
var inPath = strings.NewReplacer("?", "%3F", "#", "%23", `\`, "%5C")

// url is the URL of a redirect (starlette.responses.RedirectResponse). path is decoded.
func (v *Version) url(origin, path, query string) string {
	if v.checksHost {
		path = inPath.Replace(path)
	}
	url := origin + path
	if query != "" {
		url += "?" + query
	}
	return http1.Quote(url, ":/%#?=@[]!$&'()*+,;")
}
