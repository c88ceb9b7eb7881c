package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Access decides who may use the address.
//
// Anyone who reaches it could pause the server, including a web page that is open on this machine: its script may send
// requests here (a foreign Origin), or its own name may resolve to this address (a foreign Host: DNS rebinding).
// Browsers say where a request comes from, and every request from elsewhere is refused. net/http's
// CrossOriginProtection is not enough: it lets every GET and HEAD pass and does not check Host, but /wait and /requests
// must be protected as well.
type Access struct {
	Addr  string   // the address itself as configured, host:port; clients may use its host
	Hosts []string // further names that clients may use, with or without a port
	Token string   // which every request must bring, except for the files of the page, as Authorization: Bearer; empty for none
}

// guard refuses requests that are not allowed. Those that are public need no token.
func (a Access) guard(next http.Handler, public func(*http.Request) bool) http.Handler {
	token := sha256.Sum256([]byte(a.Token))
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		switch why := a.foreign(req); {
		case why != "":
			http.Error(rw, why, http.StatusForbidden)
		case a.Token != "" && !public(req) && !brings(req.Header, token):
			rw.Header().Set("WWW-Authenticate", "Bearer")
			problem := "a token is needed"
			if req.Header.Get("Authorization") != "" {
				problem = "Authorization: is not this server's token"
			}
			http.Error(rw, problem+"; accepted: Authorization: Bearer with the token of --admin-token or --admin-token-file", http.StatusUnauthorized)
		default:
			next.ServeHTTP(rw, req)
		}
	})
}

// brings reports whether a request has the token. It compares hashes, so that the time it takes reveals nothing.
func brings(h http.Header, token [sha256.Size]byte) bool {
	given := h.Values("Authorization")
	if len(given) != 1 {
		return false
	}
	scheme, credentials, _ := strings.Cut(given[0], " ")
	sum := sha256.Sum256([]byte(strings.Trim(credentials, " ")))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(sum[:], token[:]) == 1
}

// foreign says why a request comes from elsewhere and what is accepted; empty if it does not.
func (a Access) foreign(req *http.Request) string {
	if !a.isHere(req) {
		return fmt.Sprintf("Host %s: is not this address; accepted: the address itself, localhost, or a name that --admin-host lists", shown(req.Host))
	}
	for _, origin := range req.Header.Values("Origin") {
		if withoutPort80(strings.ToLower(origin)) != "http://"+withoutPort80(strings.ToLower(req.Host)) {
			return fmt.Sprintf("Origin %s: is another site; accepted: a client that is no web page, or a page of this address", shown(origin))
		}
	}
	for _, site := range req.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return fmt.Sprintf("Sec-Fetch-Site %s: comes from another site; accepted: same-origin or none", shown(site))
		}
	}
	return ""
}

func withoutPort80(host string) string { return strings.TrimSuffix(host, ":80") }

// shown quotes the value of a field, shortened.
func shown(text string) string {
	const longest = 100
	if len(text) > longest {
		return strconv.Quote(text[:longest]) + "…"
	}
	return strconv.Quote(text)
}

// isHere reports whether a request's Host is this address: one of its names, or a loopback name with any port, since a
// tunnel may lead here. net/http ensures that there is one Host, or takes it from an absolute target. HTTP/1.0 needs
// none, and no browser speaks it.
func (a Access) isHere(req *http.Request) bool {
	if req.Host == "" {
		return !req.ProtoAtLeast(1, 1)
	}
	host, port, ok := split(req.Host)
	if !ok {
		return false
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsLoopback() || ip == local(req)) {
		return true
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") && host[0] != '.' {
		return true
	}
	if own, _, ok := split(a.Addr); ok && host == own {
		return true
	}
	return slices.ContainsFunc(a.Hosts, func(name string) bool {
		named, only, ok := split(name)
		return ok && host == named && (only == "" || port == only)
	})
}

// local is the address at which a request arrived, if it came over a connection.
func local(req *http.Request) netip.Addr {
	if addr, ok := req.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		return addr.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// split returns the normalized host of a Host field (lower case, no final dot, no brackets, no zone, IPv4 if it is
// mapped to IPv6), and the port if there is one.
func split(field string) (host, port string, ok bool) {
	host = strings.ToLower(field)
	bracketed := strings.HasPrefix(host, "[")
	if colon := strings.LastIndexByte(host, ':'); colon > strings.LastIndexByte(host, ']') {
		host, port = host[:colon], host[colon+1:]
		if _, err := strconv.ParseUint(port, 10, 16); err != nil && port != "" {
			return "", "", false
		}
	}
	switch inner, closed := strings.CutSuffix(host, "]"); {
	case bracketed && closed:
		host = inner[1:]
	case bracketed || closed:
		return "", "", false
	default:
		host = strings.TrimSuffix(host, ".")
	}
	ip, err := netip.ParseAddr(host)
	if bracketed != (err == nil && ip.Is6()) {
		return "", "", false
	}
	if err == nil {
		host = ip.Unmap().WithZone("").String()
	}
	return host, port, host != ""
}
