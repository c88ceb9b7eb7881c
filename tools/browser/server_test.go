package browser_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/tools/browser"
)

// What the tests share: the browser, and the binary under test.
var (
	shared *browser.Browser
	binary string
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	b, err := browser.Start(context.Background())
	if errors.Is(err, browser.ErrNoBrowser) {
		fmt.Println("skipped: the tests of the live page need a browser:", err)
		return 0
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer b.Close()
	folder, err := os.MkdirTemp("", "live-page")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(folder)
	binary = filepath.Join(folder, "target-server")
	build := exec.Command("go", "build", "-o", binary, "./cmd/target-server")
	build.Dir = "../.."
	build.Stderr = os.Stderr
	err = build.Run()
	if err != nil {
		fmt.Println("build target-server:", err)
		return 1
	}
	shared = b
	return m.Run()
}

// server is a running target-server.
type server struct {
	t     *testing.T
	addr  string // host:port
	admin string // URL, without a final slash
	token string
	cmd   *exec.Cmd
}

// start starts a server on free ports, or on those of the flags, and waits until it is ready.
func start(t *testing.T, flags ...string) *server {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	flags = append(flags, "--log-format", "off", "--ready-file", ready)
	for _, name := range []string{"--addr", "--admin-addr"} {
		if !slices.Contains(flags, name) {
			flags = append(flags, name, "127.0.0.1:0")
		}
	}
	s := &server{t: t, cmd: exec.Command(binary, flags...)}
	s.cmd.Stderr = os.Stderr
	err := s.cmd.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	var told struct {
		Addresses []string
		AdminURL  string `json:"admin_url"`
	}
	eventually(t, "the server is ready", func() bool {
		text, err := os.ReadFile(ready)
		return err == nil && json.Unmarshal(text, &told) == nil && len(told.Addresses) > 0
	})
	s.addr, s.admin = told.Addresses[0], told.AdminURL
	return s
}

// kill ends the server, and its workers, which end with it.
func (s *server) kill() {
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	_ = s.cmd.Wait()
}

// do sends a request to the admin address and returns the answer's body.
func (s *server) do(method, path string) string {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.admin+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: %s %s %v", method, path, answer.Status, body, err)
	}
	return string(body)
}

// stats is the answer of /stats.
func (s *server) stats() (all []map[string]any) {
	s.t.Helper()
	err := json.Unmarshal([]byte(s.do(http.MethodGet, "/stats")), &all)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// send sends requests for these targets, one after the other, each on a connection of its own, and does not wait for
// answers. The connections stay open until the test ends, or the returned function closes one.
func (s *server) send(targets ...string) (leave func(i int)) {
	s.t.Helper()
	var conns []net.Conn
	for _, target := range targets {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(func() { c.Close() })
		_, err = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target)
		if err != nil {
			s.t.Fatal(err)
		}
		conns = append(conns, c)
	}
	return func(i int) { conns[i].Close() }
}

// sendInOrder sends requests, and the next one once the one before has been accepted.
func (s *server) sendInOrder(targets ...string) (leave func(i int)) {
	s.t.Helper()
	var leaves []func(int)
	for _, target := range targets {
		before := s.accepted()
		leaves = append(leaves, s.send(target))
		eventually(s.t, target+" is accepted", func() bool { return s.accepted() > before })
	}
	return func(i int) { leaves[i](0) }
}

func (s *server) accepted() (n float64) {
	s.t.Helper()
	for _, w := range s.stats() {
		n += w["accepted"].(float64)
	}
	return n
}

// open opens the live page, and checks in the end that its console has no complaints but those that are expected.
func (s *server) open(look browser.Look, script string, expected ...string) *browser.Tab {
	s.t.Helper()
	if look.Width == 0 {
		look.Width, look.Height = 1280, 900
	}
	tab, err := shared.Open(s.admin+"/", look, script)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		for _, text := range tab.Complaints() {
			fine := strings.Contains(text, "willReadFrequently") // a hint for paints, which reads pixels
			for _, e := range expected {
				fine = fine || strings.Contains(text, e)
			}
			if !fine {
				s.t.Errorf("the page complains: %s", text)
			}
		}
		tab.Close()
	})
	return tab
}

// value evaluates an expression in the page.
func value[T any](t *testing.T, tab *browser.Tab, expression string) T {
	t.Helper()
	v, err := browser.Value[T](tab, expression)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// text is what an element of the page says.
func text(t *testing.T, tab *browser.Tab, selector string) string {
	t.Helper()
	return value[string](t, tab, fmt.Sprintf("document.querySelector(%q)?.textContent ?? 'no such element'", selector))
}

// says waits until an element's text contains something.
func says(t *testing.T, tab *browser.Tab, selector, want string) {
	t.Helper()
	var got string
	waitFor(t, func() bool {
		got = text(t, tab, selector)
		return strings.Contains(got, want)
	}, func() string { return fmt.Sprintf("%s says %q, want %q", selector, got, want) })
}

// eventually waits until something is true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	waitFor(t, is, func() string { return "it did not happen: " + what })
}

func waitFor(t *testing.T, is func() bool, why func() string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(why())
		}
	}
}
