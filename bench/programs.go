package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// program is a server that is measured.
type program struct {
	name    string
	command func(settings) driver.Command
	absent  string // why it cannot be measured
	slow    int    // how many times fewer requests show its processor time as well
}

// settings is how a server is to run. The rest is for target-server alone.
type settings struct {
	port, limit int
	sleep       time.Duration
	rows        bool     // logs a row of JSON a request, instead of nothing
	more        []string // flags
}

// ours is the place of target-server among the programs; the rivals follow.
const ours = 0

// build makes all programs in dir.
func build(ctx context.Context, dir, env string) ([]program, error) {
	if err := goBuild(ctx, ".", dir, "./cmd/target-server"); err != nil {
		return nil, err
	}
	if err := goBuild(ctx, "bench/rivals", dir, "./nethttp", "./fasthttp"); err != nil {
		return nil, err
	}
	python, absent := uvicorn(env)
	return []program{
		{name: "target-server", command: targetServer(filepath.Join(dir, "target-server")), slow: 1},
		{name: "net/http + chi", command: goProgram(filepath.Join(dir, "nethttp")), slow: 1},
		{name: "fasthttp", command: goProgram(filepath.Join(dir, "fasthttp")), slow: 1},
		{name: "FastAPI on Uvicorn", command: python, absent: absent, slow: 10},
	}, nil
}

// goBuild builds as make build does.
func goBuild(ctx context.Context, module, dir string, packages ...string) error {
	args := append([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", dir + "/"}, packages...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %v: %w\n%s", packages, err, out)
	}
	return nil
}

// goProgram is started with the flags that all programs in Go have.
func goProgram(path string) func(settings) driver.Command {
	return func(s settings) driver.Command {
		return driver.Command{Args: []string{
			path, "--addr=127.0.0.1:" + strconv.Itoa(s.port), "--limit=" + strconv.Itoa(s.limit), "--sleep=" + s.sleep.String(),
		}}
	}
}

// targetServer has some flags more.
func targetServer(path string) func(settings) driver.Command {
	shared := goProgram(path)
	return func(s settings) driver.Command {
		log := "--log-format=off"
		if s.rows {
			log = "--log-format=json"
		}
		command := shared(s)
		command.Args = append(append(command.Args, log), s.more...)
		return command
	}
}

// uvicorn is the real server that target-server imitates by default, with the
// handler of the other rivals.
func uvicorn(env string) (command func(settings) driver.Command, absent string) {
	home, err := filepath.Abs(filepath.Join(env, servers.Vintage202303))
	if err != nil {
		return nil, err.Error()
	}
	python := filepath.Join(home, "bin", "python")
	if _, err := os.Stat(python); err != nil {
		return nil, "not installed (go run ./lab/cmd/lab --install)"
	}
	return func(s settings) driver.Command {
		return driver.Command{
			Args: []string{
				python, "-m", "uvicorn", "app:app", "--app-dir", "bench/rivals/fastapi", "--no-access-log", "--log-level=warning",
				"--host=127.0.0.1", "--port=" + strconv.Itoa(s.port),
			},
			Env: []string{fmt.Sprintf("APP_SLEEP=%g", s.sleep.Seconds()), fmt.Sprintf("APP_LIMIT=%d", s.limit), "PYTHONDONTWRITEBYTECODE=1"},
		}
	}, ""
}

// rivals are the programs to measure beside target-server.
func (b *bench) rivals() []program {
	var all []program
	for _, p := range b.programs[ours+1:] {
		if p.absent == "" {
			all = append(all, p)
		}
	}
	return all
}
