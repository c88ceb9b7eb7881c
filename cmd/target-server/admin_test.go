//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// soon is the time within which /stats must be answered, whatever else is going on.
const soon = 3 * time.Second

// look sends a request to the admin address on a connection of its own, and fails if the answer takes
// too long.
func (p *process) look(path string, fields ...string) (status int, text string) {
	p.t.Helper()
	began := time.Now()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.admin+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(fields); i += 2 {
		request.Header.Set(fields[i], fields[i+1])
	}
	answer, err := client.Do(request)
	if err != nil {
		p.t.Fatalf("GET %s: after %v: %v", path, time.Since(began), err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if took := time.Since(began); err != nil || took > soon {
		p.t.Errorf("GET %s took %v, %v; want at most %v", path, took, err, soon)
	}
	return answer.StatusCode, string(body)
}

// A stopped worker delays a request by at most the patience for it, even with a hundred waiting
// clients; when it continues, it receives what it has missed and answers again.
func TestAdminWithAStoppedWorker(t *testing.T) {
	t.Parallel()
	p := start(t, "--workers=2", "--limit=3", "--log-format=off")
	if err := syscall.Kill(p.pids[0], syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	p.until("the worker is stopped", func() bool { return stat(p.pids[0])[0] == "T" })
	var waiters sync.WaitGroup
	defer waiters.Wait()
	for range 100 {
		waiters.Go(func() {
			answer, err := p.asker.Get(p.admin + "/wait?busy=1&timeout=8s")
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Errorf("who waits got %s", answer.Status)
			}
		})
	}
	for range 5 {
		if status, text := p.look("/stats"); status != http.StatusOK || strings.Count(text, `"error":"no answer for `) != 1 {
			t.Errorf("/stats: %d %s", status, text)
		}
	}
	p.look("/metrics")
	p.look("/requests")
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPut, p.admin+"/limit?value=7", nil)
	if answer, err := p.asker.Do(request); err != nil {
		t.Fatal(err)
	} else {
		answer.Body.Close()
	}
	if err := syscall.Kill(p.pids[0], syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	p.until("both have the limit that was set", func() bool { return strings.Count(p.stats(), `"limit":7`) == 2 })
	go p.get(t.Context(), "/?id=1&sleep=8s") // what the other clients wait for
}

// allow sets the number of descriptors that the process may have.
func (p *process) allow(descriptors uint64) {
	p.t.Helper()
	if err := unix.Prlimit(p.cmd.Process.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: descriptors, Max: descriptors}, nil); err != nil {
		p.t.Fatal(err)
	}
}

// crowd has n clients connect to an address and send a text.
func (p *process) crowd(addr string, n int, said string) {
	p.t.Helper()
	for range n {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			p.t.Fatal(err)
		}
		p.t.Cleanup(func() { conn.Close() })
		say(conn, "%s", said)
	}
}

// Neither of the two addresses of a process can use up the other's descriptors, whatever its clients
// do.
func TestDescriptorsOfEitherAddress(t *testing.T) {
	const allowed, clients = 64, 100
	for _, loop := range []string{"uvloop", "asyncio"} {
		for name, said := range map[string]string{
			"idle": "", "a byte": "G", "half a head": "GET /stats HTTP/1.1\r\nHost: loc", "kept": "GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"waiting":  "GET /wait?busy=9&timeout=1m HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"no body":  "POST /resume HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n",
			"unread":   "GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n" + strings.Repeat("GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n", 500),
			"refused":  "GET /stats HTTP/1.1\r\nHost: evil.example\r\n\r\n",
			"pipeline": strings.Repeat("GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n", 100),
		} {
			if loop == "asyncio" && name != "idle" {
				continue // what clients of the admin address do does not affect the loop
			}
			t.Run(loop+", "+name, func(t *testing.T) {
				t.Parallel()
				p := start(t, "--loop="+loop, "--log-format=off", "--sleep=0s")
				p.allow(allowed)
				p.crowd(strings.TrimPrefix(p.admin, "http://"), clients, said)
				for range 20 {
					if text, err := p.get(t.Context(), "/?id=1"); err != nil || text != `200 "hello"` {
						t.Errorf("the served port answers %q, %v", text, err)
					}
				}
				if status, text := p.look("/stats"); status != http.StatusOK {
					t.Errorf("/stats: %d %s", status, text)
				}
			})
		}
		t.Run(loop+", the port that is served", func(t *testing.T) {
			t.Parallel()
			p := start(t, "--loop="+loop, "--log-format=off", "--sleep=0s")
			p.allow(allowed)
			p.crowd(p.addr, clients, "GET /?id=1&sleep=1m HTTP/1.1\r\nHost: x\r\n\r\n")
			p.until("it holds what it can", func() bool {
				status, text := p.look("/stats")
				return status == http.StatusOK && regexp.MustCompile(`"held":[34]\d,`).MatchString(text) // of 64, minus 8 and whatever else is open
			})
			p.crowd(strings.TrimPrefix(p.admin, "http://"), clients, "")
			if status, text := p.look("/stats"); status != http.StatusOK {
				t.Errorf("/stats: %d %s", status, text)
			}
		})
	}
}

// A client that waits for a long time is not disconnected. Its wait begins before the tests that run
// alone, and lasts while they run.
func TestLongWait(t *testing.T) {
	const long = 12 * time.Second
	p := start(t, "--log-format=off")
	came := make(chan struct{})
	var answer *http.Response
	var err error
	var took time.Duration
	go func() {
		defer close(came)
		began := time.Now()
		answer, err = p.asker.Get(p.admin + "/wait?busy=1&timeout=" + long.String())
		took = time.Since(began)
	}()
	t.Parallel()
	if <-came; err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusGatewayTimeout || took < long {
		t.Errorf("%s after %v", answer.Status, took)
	}
}

// An admin address that other machines can reach is refused at the start, with one line and exit status
// 2.
func TestAdminAddressThatOthersReach(t *testing.T) {
	refused := []string{":0", "0.0.0.0:0", "[::]:0"}
	if name, err := os.Hostname(); err == nil {
		if found, err := net.LookupIP(name); err == nil && !found[0].IsLoopback() {
			refused = append(refused, name+":0")
		} else {
			t.Logf("the name of this machine stands for %v, so no name is tried", found)
		}
	}
	for _, addr := range refused {
		for _, workers := range []string{"1", "2"} {
			p := command(t, "--workers="+workers, "--addr=127.0.0.1:0", "--admin-addr="+addr)
			_ = p.cmd.Run()
			want := fmt.Sprintf("target-server: flag --admin-addr: %q can be reached from other machines, which could pause the server; accepted: ", addr)
			if got := p.stderr.String() + p.stdout.String(); p.cmd.ProcessState.ExitCode() != 2 || !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 1 {
				t.Errorf("%s, %s workers: %s\n%s", addr, workers, p.cmd.ProcessState, got)
			}
		}
	}
	p := command(t, "--addr=127.0.0.1:0", "--admin-addr=0.0.0.0:0", "--admin-open", "--log-format=off")
	p.launch()
	if status, text := p.look("/stats"); status != http.StatusOK {
		t.Errorf("with --admin-open: %d %s", status, text)
	}
}

// Uvicorn's own refusals are in everything that the admin address shows, and in the rows of the log.
func TestAdminShowsUvicornsRefusals(t *testing.T) {
	t.Parallel()
	p := start(t, "--limit-concurrency=2", "--log-format=json")
	go p.get(t.Context(), "/?id=1&sleep=1m")
	p.until("one runs", func() bool { return strings.Contains(p.stats(), `"busy":1,`) })
	if text, err := p.get(t.Context(), "/?id=2"); err != nil || text != "503 Service Unavailable" {
		t.Fatalf("the second got %q, %v", text, err)
	}
	for path, want := range map[string]string{
		"/stats":                      `"accepted":2,"held":1,"started":1,"answered":0,"refused":1,`,
		"/wait?refused=1":             `"refused":1,`,
		"/wait?answered=1&timeout=0s": "not met within 0s: 1 busy, 0 waiting, 0 zombies, 0 answered, 1 refused",
		"/metrics":                    `requests_refused_total{worker="1"} 1` + "\n",
		"/requests":                   `"outcome":"refused","status":503,`,
	} {
		if _, text := p.look(path); !strings.Contains(text, want) {
			t.Errorf("%s: %q is missing in %s", path, want, text)
		}
	}
	p.until("its row", func() bool { return strings.Contains(p.stdout.String(), `"outcome":"refused","status":503,`) })
	if text := p.stdout.String(); !strings.Contains(text, `"target":"/?id=2","id":"2"`) {
		t.Errorf("its row has no id: %s", text)
	}
}

// An admin address that is in use is reported before anything says that the server runs, in one line, with status 1.
func TestAdminAddressInUse(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, args := range []string{"--workers=1", "--workers=2", "--stack=gunicorn-sync", "--stack=hypercorn --workers=2", "--log-format=off", "--log-format=json"} {
		p := command(t, append(strings.Fields(args), "--addr=127.0.0.1:0", "--admin-addr="+l.Addr().String())...)
		_ = p.cmd.Run()
		want := fmt.Sprintf("target-server: flag --admin-addr: %q is in use; accepted: a free address, or port 0 to have one chosen\n", l.Addr())
		if got := p.stdout.String() + p.stderr.String(); got != want || p.cmd.ProcessState.ExitCode() != 1 {
			t.Errorf("%s: %s\n%s", args, p.cmd.ProcessState, got)
		}
	}
}

// Nor can the admin address be a part of the address served, which would then be the one that is in use.
func TestAdminAddressThatIsServed(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"--addr=:20901 --admin-addr=127.0.0.1:20901", "--addr=127.0.0.1:20901 --admin-addr=:20901 --admin-open", "--addr=[::]:20901 --admin-addr=localhost:20901"} {
		p := command(t, strings.Fields(args)...)
		_ = p.cmd.Run()
		got := p.stdout.String() + p.stderr.String()
		if p.cmd.ProcessState.ExitCode() != 2 || strings.Count(got, "\n") != 1 || !strings.Contains(got, "is part of the address served (--addr ") {
			t.Errorf("%s: %s\n%s", args, p.cmd.ProcessState, got)
		}
	}
}

// A token is asked for by one process or by a parent; and nobody is shown it: not the log, nor the ready file, nor the list
// of processes, if it comes from a file or a variable.
func TestAdminToken(t *testing.T) {
	t.Parallel()
	const token = "hush-0123456789"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"one": {"--admin-token-file=" + file}, "two": {"--workers=2", "--admin-token-file=" + file},
		"by variable": {"--workers=2"},
	} {
		t.Run(name, func(t *testing.T) {
			p := command(t, append(args, "--addr=127.0.0.1:0", "--admin-addr=0.0.0.0:0", "--log-format=json", "--sleep=0s")...)
			if name == "by variable" {
				p.cmd.Env = append(p.cmd.Env, "TARGET_SERVER_ADMIN_TOKEN="+token)
			}
			p.launch()
			for field, want := range map[string]int{"Bearer " + token: http.StatusOK, "Bearer x": http.StatusUnauthorized, "": http.StatusUnauthorized} {
				for _, path := range []string{"/stats", "/metrics"} {
					if status, text := p.look(path, "Authorization", field); status != want {
						t.Errorf("GET %s with %q: %d %s", path, field, status, text)
					}
				}
			}
			// A health check takes any answer for one, and needs no token.
			if got := try(t, nil, nil, "healthcheck", "--addr=127.0.0.1"+p.admin[strings.LastIndexByte(p.admin, ':'):]); got.code != 0 {
				t.Errorf("healthcheck: code %d, %q", got.code, got.err)
			}
			ready, _ := os.ReadFile(strings.TrimPrefix(p.cmd.Args[len(p.cmd.Args)-1], "--ready-file="))
			var shown strings.Builder
			shown.WriteString(p.stdout.String() + p.stderr.String() + string(ready))
			for _, pid := range append(p.pids, p.cmd.Process.Pid) {
				line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
				if err != nil {
					t.Error(err)
				}
				shown.WriteString(string(line))
			}
			if len(ready) == 0 || strings.Contains(shown.String(), token) {
				t.Errorf("it is shown: %s", shown.String())
			}
		})
	}
}

// The health check does not need the server's token, because it uses the main port.
func TestHealthcheckBesideAnAdminAddress(t *testing.T) {
	p := start(t, "--log-format=off")
	env := map[string]string{"TARGET_SERVER_ADDR": p.addr, "TARGET_SERVER_ADMIN_ADDR": ":9090", "TARGET_SERVER_ADMIN_TOKEN_FILE": "/none"}
	if got := try(t, nil, env, "healthcheck"); got.code != 0 || got.out+got.err != "" {
		t.Errorf("code %d, stdout %q, stderr %q; want 0 and silence", got.code, got.out, got.err)
	}
}

// Endless heads and slow clients are disconnected; a client whose body is too long gets its answer.
func TestHostileAdminClients(t *testing.T) {
	p := start(t, "--log-format=off")
	for said, want := range map[string]string{
		"GET /stats HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("x", 30_000) + "\r\n\r\n":                                    "HTTP/1.1 431 ",
		"GET /" + strings.Repeat("x", 30_000):                                                                                         "HTTP/1.1 431 ",
		"PUT /limit?value=4 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n" + strings.Repeat("x", 1<<20):           "HTTP/1.1 200 ",
		"POST /resume HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("8\r\nxxxxxxxx\r\n", 1<<16): "HTTP/1.1 200 ",
		"POST /resume HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n":                      "HTTP/1.1 200 ",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.admin, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go say(conn, "%s", said)
		_ = conn.SetReadDeadline(time.Now().Add(soon))
		line, err := bufio.NewReader(conn).ReadString('\n')
		if !strings.HasPrefix(line, want) {
			t.Errorf("%.100q: %q, %v; want %q", said, line, err, want)
		}
	}
}
