package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Target is what is asked.
type Target struct {
	URL  string // as given
	addr string // that is dialled: an address, not a name
	host string // for the Host field
	path string // with {n} where the number of the request goes
}

// ErrRemote says that the target is not on this machine.
var ErrRemote = errors.New("is not on this machine")

// Parse reads a URL such as http://127.0.0.1:8080/?id={n}; {n} becomes the
// number of each request. Unless remote is set, every address of its host must
// be one of the loopback. The address found now is the one that is used.
func Parse(ctx context.Context, text string, remote bool) (Target, error) {
	u, err := url.Parse(strings.ReplaceAll(text, "{n}", "%7Bn%7D"))
	switch {
	case !strings.HasPrefix(strings.ToLower(text), "http://"):
		return Target{}, fmt.Errorf("URL %q: does not begin with http://; accepted: http://HOST:PORT/PATH", text)
	case err != nil:
		return Target{}, fmt.Errorf("URL %q: %w; accepted: http://HOST:PORT/PATH", text, errors.Unwrap(err))
	case u.Hostname() == "" || u.User != nil:
		return Target{}, fmt.Errorf("URL %q: has no host, or a password; accepted: http://HOST:PORT/PATH", text)
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	addresses, err := net.DefaultResolver.LookupIPAddr(ctx, u.Hostname())
	if err != nil {
		return Target{}, fmt.Errorf("URL %q: %w", text, err)
	}
	for _, a := range addresses {
		if !remote && !a.IP.IsLoopback() {
			return Target{}, fmt.Errorf("URL %q: %s %w; accepted: a loopback address such as 127.0.0.1 or, if the owner agrees, any with --allow-remote", text, a.IP, ErrRemote)
		}
	}
	path := strings.ReplaceAll(u.RequestURI(), "%7Bn%7D", "{n}")
	return Target{URL: text, addr: net.JoinHostPort(pick(addresses), port), host: u.Host, path: path}, nil
}

// pick takes an IPv4 address where there is one: servers more often have it.
func pick(addresses []net.IPAddr) string {
	for _, a := range addresses {
		if a.IP.To4() != nil {
			return a.String()
		}
	}
	return addresses[0].String()
}

// request is the bytes of the n-th request.
func (t Target) request(n int) []byte {
	return get(t.host, strings.ReplaceAll(t.path, "{n}", strconv.Itoa(n)))
}

// other is a request for a path that no server has: most answer it with a 404 that takes no work.
func (t Target) other() []byte { return get(t.host, "/target-server-probe/no-such-path") }

func get(host, path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: target-server-probe\r\nAccept: */*\r\n\r\n")
}

// port is the server's, for the kernel's table.
func (t Target) port() int {
	_, port, _ := net.SplitHostPort(t.addr)
	n, _ := strconv.Atoi(port) // 0 finds nothing
	return n
}

// local reports whether the server's processes are on this machine.
func (t Target) local() bool {
	host, _, _ := net.SplitHostPort(t.addr)
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
