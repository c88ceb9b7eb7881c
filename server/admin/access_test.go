package admin_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/target-server/target-server/server/admin"
)

// serve serves on a free port of host, and returns the port.
func serve(t *testing.T, host string, a admin.Access) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- admin.Serve(ctx, l, workers{}, a) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

// ask sends head, with PORT replaced by the port, and returns the answer and its body.
func ask(t *testing.T, port, head string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, strings.ReplaceAll(head, "PORT", port))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%q: %v", head, err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer, string(body)
}

// A Host is refused unless it is the address's own, a loopback name or one that is listed, in any spelling.
func TestHosts(t *testing.T) {
	port := serve(t, "127.0.0.1", admin.Access{Addr: "Stats.example:9090", Hosts: []string{"target", "Other.example.:1234", "[2001:db8::1]"}})
	for host, status := range map[string]int{
		"127.0.0.1:PORT": 200, "127.0.0.1": 200, "127.0.0.1:1": 200, "127.9.8.7": 200, "127.0.0.1.:PORT": 200, "[::1]:PORT": 200, "[::1]": 200,
		"[::ffff:127.0.0.1]:PORT": 200, "[0:0:0:0:0:0:0:1]": 200,
		"localhost:PORT": 200, "LocalHost": 200, "localhost.": 200, "a.localhost:1": 200, "localhost:": 200,
		"stats.example:9090": 200, "STATS.example.": 200, "stats.example:1": 200,
		"target": 200, "target:9": 200, "TARGET.": 200, "other.example:1234": 200, "[2001:db8:0::1]:5": 200,
		"other.example": 403, "other.example:1235": 403, "target.evil.example": 403, "nottarget": 403,
		"evil.example": 403, "evil.example:PORT": 403, "localhost.evil.example": 403, "evil-localhost": 403, ".localhost": 403, "localhost..": 403,
		"127.0.0.1.evil.example": 403, "127.1": 403, "2130706433": 403, "0x7f.0.0.1": 403, "10.0.0.1": 403, "0.0.0.0:PORT": 403, "[::]:PORT": 403, "[2001:db8::2]": 403,
		"[localhost]": 403, "[::1": 403, "::1": 403, "localhost:x": 403, "localhost:99999": 403, "localhost,evil.example": 403, "": 403,
		"evil.example#localhost": 400, "local host": 400, "localhost\x00": 400, "user@localhost": 400, // by net/http
	} {
		if answer, body := ask(t, port, "GET /stats HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); answer.StatusCode != status {
			t.Errorf("Host %q: %s %q, want %d", host, answer.Status, body, status)
		} else if status == 403 && (strings.Count(body, "\n") != 1 || !strings.HasPrefix(body, `Host "`) || !strings.Contains(body, "accepted: ")) {
			t.Errorf("Host %q: %q", host, body)
		}
	}
	for head, status := range map[string]int{
		"GET /stats HTTP/1.1\r\n\r\n":                                                      400,
		"GET /stats HTTP/1.0\r\n\r\n":                                                      200, // needs no Host, and no browser speaks it
		"GET /stats HTTP/1.0\r\nHost: evil.example\r\n\r\n":                                403,
		"GET /stats HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n":             400,
		"GET /stats HTTP/1.1\r\nhost: evil.example\r\nX-Forwarded-Host: localhost\r\n\r\n": 403,
		"GET http://localhost/stats HTTP/1.1\r\nHost: evil.example\r\n\r\n":                200, // the target counts (RFC 9112, 3.2.2)
		"GET http://evil.example/stats HTTP/1.1\r\nHost: localhost\r\n\r\n":                403,
		"GET //evil.example/stats HTTP/1.1\r\nHost: localhost\r\n\r\n":                     404,
		"OPTIONS * HTTP/1.1\r\nHost: evil.example\r\n\r\n":                                 403,
		"CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n":                      403,
	} {
		if answer, body := ask(t, port, head); answer.StatusCode != status {
			t.Errorf("%q: %s %q, want %d", head, answer.Status, body, status)
		}
	}
}

// An address on every interface accepts the one at which a request arrives, and the one in its URL.
func TestHostOfEveryAddress(t *testing.T) {
	for host, own := range map[string]string{"": "[::]:PORT", "0.0.0.0": "0.0.0.0:PORT"} {
		l, err := net.Listen("tcp", host+":0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		if !strings.HasPrefix(own, strings.TrimSuffix(l.Addr().String(), l.Addr().String()[strings.LastIndexByte(l.Addr().String(), ':'):])) {
			continue // a machine without IPv6
		}
		port := serve(t, host, admin.Access{Addr: host + ":0"})
		for name, status := range map[string]int{own: 200, "127.0.0.1:PORT": 200, "localhost": 200, "192.0.2.1:PORT": 403, "evil.example": 403} {
			if answer, body := ask(t, port, "GET /stats HTTP/1.1\r\nHost: "+name+"\r\n\r\n"); answer.StatusCode != status {
				t.Errorf("at %q: Host %q: %s %q, want %d", host, name, answer.Status, body, status)
			}
		}
	}
}

// Any request of a web page of another site is refused; one of this address or of no page is not.
func TestOrigins(t *testing.T) {
	port := serve(t, "127.0.0.1", admin.Access{Hosts: []string{"target"}})
	for _, c := range []struct {
		fields string
		status int
	}{
		{"Host: 127.0.0.1:PORT", 200},
		{"Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT", 200},
		{"Host: LOCALHOST:PORT\r\nOrigin: http://localhost:PORT", 200},
		{"Host: target:80\r\nOrigin: http://target", 200},
		{"Host: [::1]:PORT\r\nOrigin: http://[::1]:PORT\r\nSec-Fetch-Site: same-origin", 200},
		{"Host: target\r\nSec-Fetch-Site: none", 200},
		{"Host: 127.0.0.1:PORT\r\nOrigin: http://evil.example", 403},
		{"Host: 127.0.0.1:PORT\r\nOrigin: null", 403},
		{"Host: 127.0.0.1:PORT\r\nOrigin:", 403},
		{"Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1", 403}, // another server on this machine
		{"Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:1", 403},
		{"Host: 127.0.0.1:PORT\r\nOrigin: http://localhost:PORT", 403},
		{"Host: 127.0.0.1:PORT\r\nOrigin: https://127.0.0.1:PORT", 403},
		{"Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT.evil.example", 403},
		{"Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\nOrigin: http://evil.example", 403},
		{"Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\nSec-Fetch-Site: cross-site", 403},
		{"Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: same-site", 403},
		{"Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: cross-site", 403},
		{"Host: 127.0.0.1:PORT\r\nSec-Fetch-Site:", 403},
		{"Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site", 403},
		{"Host: evil.example\r\nOrigin: http://evil.example\r\nSec-Fetch-Site: same-origin", 403},
	} {
		for _, target := range []string{"GET /", "GET /page/main.js", "GET /live", "GET /stats", "POST /pause", "GET /wait?busy=0", "OPTIONS /pause", "GET /nowhere"} {
			if target == "GET /live" && c.status != 403 {
				continue // it does not end
			}
			answer, body := ask(t, port, target+" HTTP/1.1\r\n"+c.fields+"\r\n\r\n")
			if (answer.StatusCode == 403) != (c.status == 403) || c.status == 403 && (strings.Count(body, "\n") != 1 || !strings.Contains(body, "accepted: ")) {
				t.Errorf("%s, %q: %s %q, want %d", target, c.fields, answer.Status, body, c.status)
			}
		}
	}
}

// With a token, every request needs it except for the page's files, and no answer reveals it.
func TestToken(t *testing.T) {
	port := serve(t, "127.0.0.1", admin.Access{Token: "hush=~/+"})
	for field, ok := range map[string]bool{
		"Authorization: Bearer hush=~/+": true, "authorization: bearer   hush=~/+ ": true,
		"X: y": false, "Authorization:": false, "Authorization: Bearer": false, "Authorization: Bearer ": false, "Authorization: hush=~/+": false,
		"Authorization: Basic hush=~/+": false, "Authorization: Bearer hush": false, "Authorization: Bearer hush=~/+x": false, "Authorization: Bearer HUSH=~/+": false,
		"Authorization: Bearer hush=~/+\r\nAuthorization: Bearer x": false, "Cookie: token=hush=~/+": false,
	} {
		for target, status := range map[string]int{"GET /stats": 200, "GET /metrics": 200, "GET /openapi.yaml": 200, "GET /page/nothing.js": 404, "GET /page/": 404, "POST /pause": 200, "GET /nowhere": 404, "GET /pause": 405, "OPTIONS *": 404} {
			if !ok {
				status = http.StatusUnauthorized
			}
			answer, body := ask(t, port, target+" HTTP/1.1\r\nHost: localhost\r\n"+field+"\r\n\r\n")
			if answer.StatusCode != status || (answer.Header.Get("WWW-Authenticate") == "Bearer") == ok {
				t.Errorf("%s, %q: %s %v, want %d", target, field, answer.Status, answer.Header, status)
			}
			if !ok && (strings.Count(body, "\n") != 1 || strings.Contains(fmt.Sprint(answer.Header)+body, "hush")) {
				t.Errorf("%s, %q: %q", target, field, body)
			}
			if given := strings.HasPrefix(field, "Authorization: "); !ok && strings.HasPrefix(body, "a token is needed; ") == given {
				t.Errorf("%s, %q: %q, though a token is given: %v", target, field, body, given)
			}
		}
	}
	for target, status := range map[string]int{
		"GET /": 200, "GET /page/main.js": 200, "GET /page/uPlot.LICENSE.txt": 200,
		"GET /live": 401, "POST /": 401, "PUT /page/main.js": 401, "GET /page/main.js/": 401, "GET //": 401, "GET /?": 200,
		"GET /page/..%2fopenapi.yaml": 401, "GET /page/../openapi.yaml": 401, "GET /page/index.html": 401, "GET /PAGE/main.js": 401,
	} {
		if answer, body := ask(t, port, target+" HTTP/1.1\r\nHost: localhost\r\n\r\n"); answer.StatusCode != status || strings.Contains(fmt.Sprint(answer.Header)+body, "hush") {
			t.Errorf("%s without a token: %s %v, want %d", target, answer.Status, answer.Header, status)
		}
	}
	if answer, _ := ask(t, port, "GET /stats HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer hush=~/+\r\n\r\n"); answer.StatusCode != http.StatusForbidden {
		t.Errorf("with a foreign Host: %s", answer.Status)
	}
}
