package uvicorn

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/trust"
)

// Forwarded is Uvicorn's ProxyHeadersMiddleware, which is on by default: from a trusted peer it takes the client and
// the scheme that a proxy names. The client shows in the access log, the scheme in redirects.
type Forwarded struct {
	// Trusts reads --forwarded-allow-ips.
	Trusts func(string) trust.List
	// Ports: a forwarded address may have a port, several fields are joined, and an empty address is ignored (0.54.0).
	// Otherwise the last field counts as it is, and a list of nothing but trusted proxies is "None" (0.21.1).
	Ports bool
	// Schemes are the accepted schemes; nil accepts any.
	Schemes []string
}

// forwarded021 is uvicorn.middleware.proxy_headers of Uvicorn 0.21.1.
var forwarded021 = Forwarded{Trusts: trust.Literal}

// forwarded054 is the same of Uvicorn 0.54.0.
var forwarded054 = Forwarded{
	Trusts: trust.Hosts, Ports: true, Schemes: []string{"http", "https", "ws", "wss"},
}

// origin is where a request comes from according to a proxy.
type origin struct {
	client, scheme string
	schemed        bool // the scheme is named; it may be empty
}

// read returns the origin given by the fields of a request. said is false if they give none, or the
// peer is not trusted.
func (f *Forwarded) read(trusted *trust.List, peer netip.AddrPort, h *http1.Head) (o origin, said bool) {
	var clients []string
	scheme, named := "", false
	for _, field := range h.Fields {
		switch {
		case field.Is("x-forwarded-for"):
			clients = append(clients, http1.Latin1(string(field.Value)))
		case field.Is("x-forwarded-proto"):
			scheme, named = strip(http1.Latin1(string(field.Value))), true
		}
	}
	if len(clients) == 0 && !named || !trusted.Has(peer.Addr().String()) {
		return o, false
	}
	if named && (f.Schemes == nil || slices.Contains(f.Schemes, scheme)) {
		o.scheme, o.schemed = scheme, true
	}
	if len(clients) > 0 {
		o.client = f.client(trusted, clients)
	}
	return o, true
}

// client is the last address in the list that is not a trusted proxy's, with a port, as the access log shows it. If all
// are trusted without being named (*), it is the first.
func (f *Forwarded) client(trusted *trust.List, fields []string) string {
	list := fields[len(fields)-1]
	if f.Ports {
		list = strings.Join(fields, ", ")
	}
	hosts := strings.Split(list, ",")
	if trusted.All {
		return f.show(f.split(strip(hosts[0])))
	}
	for _, text := range slices.Backward(hosts) {
		host, port := f.split(strip(text))
		if !trusted.Has(host) {
			return f.show(host, port)
		}
	}
	if !f.Ports {
		return "None:0"
	}
	return f.show(f.split(strip(hosts[0])))
}

// split takes the port off an address, in versions that understand one.
func (f *Forwarded) split(text string) (host, port string) {
	if !f.Ports {
		return text, "0"
	}
	if bare, found := strings.CutPrefix(text, "["); found {
		host, rest, closed := strings.Cut(bare, "]")
		port, colon := strings.CutPrefix(rest, ":")
		switch {
		case !closed, rest != "" && !colon:
			return text, "0"
		case colon:
			if number, ok := pyvalue.Int(port); ok {
				return host, number
			}
		}
		return host, "0"
	}
	if host, port, found := strings.Cut(text, ":"); found {
		if number, ok := pyvalue.Int(port); ok {
			return host, number
		}
	}
	return text, "0"
}

// strip is Python's str.strip.
func strip(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f })
}

func (f *Forwarded) show(host, port string) string {
	if host == "" && f.Ports {
		return "" // no address: that of the connection is shown
	}
	return host + ":" + port
}
