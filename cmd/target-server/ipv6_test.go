//go:build linux

package main

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/target-server/target-server/stacks"
)

// Every stack accepts IPv6, alone and together with IPv4, and logs complete addresses.
func TestIPv6(t *testing.T) {
	t.Parallel()
	if l, err := net.Listen("tcp6", "[::1]:0"); err != nil {
		t.Skipf("this machine has no IPv6: %v", err)
	} else {
		l.Close()
	}
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		t.Run(v.Stack+" at "+v.Vintage, func(t *testing.T) {
			for served, clients := range map[string]map[string]string{ // what its log calls a client
				"[::1]:0":    {"[::1]": "::1"},
				"[::]:0":     {"[::1]": "::1", "127.0.0.1": "::ffff:127.0.0.1"},
				"[::1%lo]:0": {"[::1]": "::1"},
			} {
				p := command(t, "--stack="+v.Stack, "--vintage="+v.Vintage, "--sleep=0s", "--addr="+served, "--admin-addr=127.0.0.1:0")
				p.launch()
				_, port, err := net.SplitHostPort(p.addr)
				if err != nil {
					t.Fatal(err)
				}
				for client, name := range clients {
					p.addr = client + ":" + port
					if text, err := p.get(t.Context(), "/?id=1"); err != nil || !strings.HasPrefix(text, "200 ") {
						t.Errorf("%s, a client of %s: got %q, %v", served, client, text, err)
					}
					if v.Stack == "tomcat" || v.Stack == "node" || v.Stack == "waitress" { // whose logs do not name clients
						continue
					}
					p.until("the client "+name+" is in the log", func() bool {
						log := "\n" + p.stdout.String() + p.stderr.String()
						return strings.Contains(log, " "+name+":") || strings.Contains(log, "\n"+name+":") || strings.Contains(log, "\n"+name+" - - [")
					})
				}
				p.kill()
			}
		})
	}
}

// An address with an unknown zone cannot be bound.
func TestIPv6ZoneThatIsNotThere(t *testing.T) {
	p := command(t, "--addr=[fe80::1%nope]:0")
	_ = p.cmd.Run()
	if got := p.cmd.ProcessState.ExitCode(); got != 1 || !strings.Contains(p.stderr.String(), "ERROR:") {
		t.Errorf("exit status %d, want 1; stderr:\n%s", got, p.stderr)
	}
}

// Uvicorn takes the client's address from X-Forwarded-For, where IPv6 addresses may have zones,
// brackets and ports, or be invalid.
func TestForwardedIPv6(t *testing.T) {
	p := start(t, "--sleep=0s", "--log-format=json")
	for _, field := range []string{
		"2001:db8::5", "fe80::1%eth0, ::1, 2001:db8::5", "[2001:db8::5]:443", "[::1", "::1]", ":::::", "%", "2001:db8::5%" + strings.Repeat("z", 5_000),
	} {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+p.addr+"/?id=1", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Forwarded-For", field)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatalf("%.60q: %v", field, err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%.60q: got %s", field, answer.Status)
		}
	}
	p.until("each has a row", func() bool { return strings.Count(p.stdout.String(), `"outcome":"answered"`) == 8 })
}
