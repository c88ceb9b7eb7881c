package front

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/server/admin"
)

// Tools says where the programs and files are that a variant needs.
type Tools struct {
	Target  string // the binary
	Compose string // the folder of the balancers' configuration
	Env     string // the folder of the real servers' environments
}

// place is a running balancer with its targets.
type place struct {
	dir      string
	targets  []*target
	balancer *driver.Process
	entry    string // address
	figures  string // HAProxy's address for Prometheus
}

// target is one running target-server.
type target struct {
	*driver.Process
	addr, admin string
}

// startup is how long anything may take to start, to become idle or to end.
const startup = 30 * time.Second

// open starts the targets, by calling start with a file name of its own for each, and a balancer in
// front of them. The place must be closed even if there is an error.
func open(ctx context.Context, tools Tools, balancer string, start func(file string) (*target, error), set map[string]string) (*place, error) {
	dir, err := os.MkdirTemp("", "front")
	if err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	p := &place{dir: dir}
	env := map[string]string{"TIMEOUT": timeout.String()}
	for i := range targets {
		t, err := start(filepath.Join(dir, fmt.Sprintf("target-%d", i)))
		if err != nil {
			return p, err
		}
		p.targets = append(p.targets, t)
		env[fmt.Sprintf("TARGET_%d", i+1)] = t.addr
	}
	if p.entry, err = freeAddress(ctx); err != nil {
		return p, err
	}
	env["ENTRY"] = p.entry
	if p.figures, err = freeAddress(ctx); err != nil {
		return p, err
	}
	env["FIGURES"] = p.figures
	maps.Copy(env, set)
	var command driver.Command
	switch balancer {
	case HAProxy:
		command = haproxy(tools.Compose, env)
	case Nginx:
		command, err = nginx(tools.Compose, dir, env)
	}
	if err != nil {
		return p, err
	}
	if p.balancer, err = driver.Start(ctx, command); err != nil {
		return p, fmt.Errorf("start %s (Debian's packages are haproxy and nginx-light): %w", balancer, err)
	}
	return p, p.awaitEntry(ctx)
}

// close ends everything.
func (p *place) close() error {
	if p == nil {
		return nil
	}
	var failed error
	if p.balancer != nil {
		failed = p.balancer.Kill()
	}
	for _, t := range p.targets {
		failed = errors.Join(failed, t.Kill())
	}
	return errors.Join(failed, os.RemoveAll(p.dir))
}

// haproxy is the command for HAProxy, which reads the configuration file itself and its variables from
// the environment.
func haproxy(compose string, env map[string]string) driver.Command {
	command := driver.Command{Args: []string{driver.Tool("haproxy"), "-db", "-f", filepath.Join(compose, "haproxy.cfg")}}
	for name, value := range env {
		command.Env = append(command.Env, name+"="+value)
	}
	return command
}

// nginx is the command for nginx. The template is filled in as the image's entry point does it, and
// included from a file like the image's nginx.conf.
func nginx(compose, dir string, env map[string]string) (driver.Command, error) {
	text, err := os.ReadFile(filepath.Join(compose, "nginx.conf.template"))
	if err != nil {
		return driver.Command{}, fmt.Errorf("nginx: %w", err)
	}
	usual := map[string]string{"MAX_CONNS": "0", "MAX_FAILS": "0", "NEXT_UPSTREAM": "error", "RATE": "1000", "BOUND": ""}
	maps.Copy(usual, env)
	filled := string(text)
	for name, value := range usual {
		filled = strings.ReplaceAll(filled, "${"+name+"}", value)
	}
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;" // its temporary files are in our folder
	}
	around := fmt.Sprintf(`daemon off;
%s
worker_processes 2;
pid nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	include filled.conf;
}
`, user)
	config := filepath.Join(dir, "nginx.conf")
	err = errors.Join(os.WriteFile(filepath.Join(dir, "filled.conf"), []byte(filled), 0o644), os.WriteFile(config, []byte(around), 0o644))
	if err != nil {
		return driver.Command{}, fmt.Errorf("nginx: %w", err)
	}
	return driver.Command{Args: []string{driver.Tool("nginx"), "-p", dir, "-c", config, "-e", "stderr"}, Dir: dir}, nil
}

// awaitEntry waits until a request reaches a target through the balancer.
func (p *place) awaitEntry(ctx context.Context) error {
	return p.until(ctx, "the balancer answers", func() bool {
		answer, err := get(ctx, "http://"+p.entry+"/nowhere")
		return err == nil && strings.Contains(answer, "Not Found")
	})
}

// rest waits until no target holds a request.
func (p *place) rest(ctx context.Context) error {
	return p.until(ctx, "the targets hold no requests", func() bool {
		for _, t := range p.targets {
			if !t.rests(ctx) {
				return false
			}
		}
		return true
	})
}

// rests reports whether the target holds no request. For a real server this is known only from its log.
func (t *target) rests(ctx context.Context) bool {
	if t.admin == "" {
		lines := t.Lines()
		return lines[len(lines)-1].At.Before(time.Now().Add(-2*work)) && count(lines, "processing request") == count(lines, "done request")
	}
	all, err := t.statistics(ctx)
	return err == nil && len(all) == 1 && all[0].Held == 0
}

func count(lines []driver.Line, part string) int {
	n := 0
	for _, l := range lines {
		if strings.Contains(l.Text, part) {
			n++
		}
	}
	return n
}

func (t *target) statistics(ctx context.Context) (all []admin.Statistics, err error) {
	text, err := get(ctx, t.admin+"/stats")
	if err == nil {
		err = json.Unmarshal([]byte(text), &all)
	}
	return all, err
}

// until waits for a condition; its error quotes the end of the balancer's log.
func (p *place) until(ctx context.Context, what string, holds func() bool) error {
	for end := time.Now().Add(startup); !holds(); time.Sleep(20 * time.Millisecond) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if exit, ended := p.balancer.AwaitExit(0); ended || time.Now().After(end) {
			return fmt.Errorf("waited %[2]v until %[1]s (balancer: %[3]s)\n%[4]s", what, startup, exit.Text, tail(p.balancer))
		}
	}
	return nil
}

// tail is the last lines of a process' output.
func tail(p *driver.Process) string {
	const most = 20
	var b strings.Builder
	lines := p.Lines()
	for _, l := range lines[max(0, len(lines)-most):] {
		b.WriteString("  " + l.Text + "\n")
	}
	return b.String()
}

// startTarget starts a target-server, and returns when it accepts connections.
func startTarget(ctx context.Context, binary, ready string, flags []string) (*target, error) {
	args := append([]string{binary, "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--ready-file=" + ready}, flags...)
	process, err := driver.Start(ctx, driver.Command{Args: args})
	if err != nil {
		return nil, err
	}
	var told struct {
		Addresses []string `json:"addresses"`
		AdminURL  string   `json:"admin_url"`
	}
	for end := time.Now().Add(startup); ; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(ready)
		if err == nil && json.Unmarshal(text, &told) == nil && len(told.Addresses) > 0 {
			return &target{Process: process, addr: told.Addresses[0], admin: told.AdminURL}, nil
		}
		if _, ended := process.AwaitExit(0); ended || time.Now().After(end) {
			return nil, errors.Join(fmt.Errorf("target-server %s did not become ready:\n%s", strings.Join(flags, " "), tail(process)), process.Kill())
		}
	}
}

// startOurs returns a function that starts a target-server with these flags.
func startOurs(ctx context.Context, tools Tools, flags []string) func(string) (*target, error) {
	return func(file string) (*target, error) { return startTarget(ctx, tools.Target, file, flags) }
}

// startReal starts FastAPI on Uvicorn, and returns when it is up.
func startReal(ctx context.Context, env string, cfg servers.Config) (*target, error) {
	addr, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	_, text, _ := net.SplitHostPort(addr)
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("a free port: %w", err)
	}
	process, err := driver.Start(ctx, servers.Real{Dir: env}.Command(cfg, port))
	if err != nil {
		return nil, err
	}
	if !process.AwaitLines(startup, func(lines []driver.Line) bool { return servers.Up(cfg, lines) }) {
		return nil, errors.Join(fmt.Errorf("FastAPI on Uvicorn, %s, did not come up:\n%s", cfg.Vintage, tail(process)), process.Kill())
	}
	return &target{Process: process, addr: addr}, nil
}

// stop ends a target with SIGTERM, so that it writes every row.
func (t *target) stop() error {
	if err := t.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if _, ended := t.AwaitExit(startup); !ended {
		return fmt.Errorf("a target has not ended within %v of SIGTERM", startup)
	}
	return nil
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

func get(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startup)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", fmt.Errorf("get %s: %w", url, err)
	}
	request.Close = true
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("get %s: %w", url, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}
