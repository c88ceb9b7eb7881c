package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHealthcheck(t *testing.T) {
	asked := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.URL.Path
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	addr := server.Listener.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	file := filepath.Join(t.TempDir(), "load.yaml")
	if err := os.WriteFile(file, []byte("addr: "+addr), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		env  map[string]string
		args []string
	}{
		{"by flag", nil, []string{"--addr", addr}},
		{"on every interface", nil, []string{"--addr=:" + port}},
		{"on every IPv4 interface", nil, []string{"--addr=0.0.0.0:" + port, "--timeout=30"}},
		{"by environment", map[string]string{"TARGET_SERVER_ADDR": addr}, nil},
		{"by file", map[string]string{"TARGET_SERVER_CONFIG": file}, nil},
		{"flag beats environment", map[string]string{"TARGET_SERVER_ADDR": "127.0.0.1:1"}, []string{"--addr", addr}},
		{"no proxy", map[string]string{"http_proxy": "http://127.0.0.1:1"}, []string{"--addr", addr}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := try(t, nil, tt.env, append([]string{"healthcheck"}, tt.args...)...)
			if got.code != 0 || got.out+got.err != "" {
				t.Fatalf("code %d, stdout %q, stderr %q; want 0 and silence", got.code, got.out, got.err)
			}
			if request := <-asked; request != "GET /healthcheck" {
				t.Errorf("it asked for %s", request)
			}
		})
	}
}

// TestHealthcheckOfASilentServer connects to a port that the kernel accepts for and no process reads, as with a blocked loop.
func TestHealthcheckOfASilentServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	addr := listener.Addr().String()
	got := try(t, nil, nil, "healthcheck", "--addr", addr, "--timeout", "50ms")
	if want := "target-server: healthcheck of " + addr + ": no answer within 0.05 s to GET /healthcheck: the server accepts connections, but its event loop is blocked, or it is overloaded or stopped\n"; got.code != 1 || got.err != want {
		t.Errorf("code %d, stderr %q; want 1, %q", got.code, got.err, want)
	}
	if got := try(t, nil, nil, "healthcheck", "--addr", addr, "--connect-only"); got.code != 0 || got.err != "" {
		t.Errorf("connecting only: code %d, stderr %q; want 0 and silence", got.code, got.err)
	}
}

func TestHealthcheckWithoutAServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	listener.Close()
	for _, more := range []string{"--connect-only", "--connect-only=false"} {
		got := try(t, nil, nil, "healthcheck", "--addr", addr, more)
		if got.code != 1 || !strings.Contains(got.err, ": connection refused: no server listens there\n") {
			t.Errorf("%s: code %d, stderr %q; want 1 and the refusal", more, got.code, got.err)
		}
	}
}

func TestReachable(t *testing.T) {
	for addr, want := range map[string]string{
		":80": "127.0.0.1:80", "0.0.0.0:80": "127.0.0.1:80", "[::]:80": "[::1]:80",
		"10.1.2.3:80": "10.1.2.3:80", "localhost:80": "localhost:80",
	} {
		if got, err := reachable("addr", addr); err != nil || got != want {
			t.Errorf("%s: got %s, %v; want %s", addr, got, err, want)
		}
	}
}

// A port that speaks something else than HTTP is no healthy server.
func TestHealthcheckOfAnotherProtocol(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		if conn, err := listener.Accept(); err == nil {
			_, _ = conn.Write([]byte("220 mail.example ESMTP\r\n"))
			conn.Close()
		}
	}()
	got := try(t, nil, nil, "healthcheck", "--addr", listener.Addr().String())
	if got.code != 1 || !strings.Contains(got.err, "no HTTP answer to GET /healthcheck: ") || strings.Count(got.err, "\n") != 1 {
		t.Errorf("code %d, stderr %q; want 1 and one line", got.code, got.err)
	}
}

func TestHealthcheckOfWrongInput(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"now"}, `argument "now": is unexpected; accepted after healthcheck: only flags`},
		{[]string{"--url=x"}, "flag --url: is unknown to healthcheck; accepted: --addr, --timeout, --connect-only"},
		{[]string{"--timeout=soon"}, `flag --timeout: "soon" is no`},
		{[]string{"--timeout=0"}, "flag --timeout: 0s is too short; accepted: a duration above 0"},
		{[]string{"--timeout"}, "flag --timeout: a value is missing"},
		{[]string{"--connect-only=x"}, `flag --connect-only: "x" is neither true nor false`},
		{[]string{"--addr=:0"}, `flag --addr: ":0" has no port to connect to`},
	} {
		got := try(t, nil, nil, append([]string{"healthcheck"}, tt.args...)...)
		if got.code != 2 || !strings.Contains(got.err, tt.want) || strings.Count(got.err, "\n") != 1 {
			t.Errorf("healthcheck %v: code %d, stderr %q; want 2 and one line with %q", tt.args, got.code, got.err, tt.want)
		}
	}
}
