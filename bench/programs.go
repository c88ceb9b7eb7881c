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

// program is a server to be measured.
type program struct {
	name    string
	command func(settings) driver.Command
	absent  string // why it cannot be measured, or ""
	cpuOnly string // why only its CPU time is measured, or ""
	slow    int    // by what factor fewer requests are enough to measure its CPU time
}

// settings is how a server should run. The last fields are only for target-server.
type settings struct {
	port, limit int // no limit is given if it is 0
	sleep       time.Duration
	rows        bool     // logs one JSON row per request instead of nothing
	file        string   // of a program, which is served in place of the handler that sleeps
	more        []string // flags
}

// ours is the index of target-server among the programs; the rivals follow.
const ours = 0

// build builds all programs in dir.
func build(ctx context.Context, dir, env string) ([]program, error) {
	if err := goBuild(ctx, ".", dir, "./cmd/target-server"); err != nil {
		return nil, err
	}
	if err := goBuild(ctx, "bench/rivals", dir, "./nethttp", "./fasthttp"); err != nil {
		return nil, err
	}
	python, noPython := uvicorn(env)
	noFloor, err := buildFloor(ctx, "bench/rivals", dir)
	if err != nil {
		return nil, err
	}
	return []program{
		{name: "target-server", command: targetServer(filepath.Join(dir, "target-server")), slow: 1},
		{name: "net/http + chi", command: goProgram(filepath.Join(dir, "nethttp")), slow: 1},
		{name: "fasthttp", command: goProgram(filepath.Join(dir, "fasthttp")), slow: 1},
		{name: "FastAPI on Uvicorn", command: python, absent: noPython, slow: 10},
		{
			name: floorName, command: goProgram(filepath.Join(dir, "floor")), slow: 1,
			absent: noFloor, cpuOnly: "parses and holds nothing",
		},
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

// floorName is the name of the rival that shows the kernel's share.
const floorName = "floor in C"

// buildFloor builds the floor, unless there is no compiler for C.
func buildFloor(ctx context.Context, rivals, dir string) (absent string, err error) {
	compiler, absent := compilerForC()
	if absent != "" {
		return absent, nil
	}
	source, binary := filepath.Join(rivals, "floor", "floor.c"), filepath.Join(dir, "floor")
	cmd := exec.CommandContext(ctx, compiler, "-O2", "-Wall", "-o", binary, source)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the floor: %w\n%s", err, out)
	}
	return "", nil
}

func compilerForC() (path, absent string) {
	path, err := exec.LookPath("cc")
	if err != nil {
		return "", "no compiler for C (cc)"
	}
	return path, ""
}

// goProgram is started with the flags that all rivals except Uvicorn have.
func goProgram(path string) func(settings) driver.Command {
	return func(s settings) driver.Command {
		args := []string{path, "--addr=127.0.0.1:" + strconv.Itoa(s.port)}
		if s.file == "" {
			args = append(args, "--sleep="+s.sleep.String())
		} else {
			args = append(args, "--program="+s.file)
		}
		if s.limit > 0 {
			args = append(args, "--limit="+strconv.Itoa(s.limit))
		}
		return driver.Command{Args: args}
	}
}

// targetServer is started with additional flags.
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

// uvicorn is the real server that target-server imitates by default, with the same handler as the other
// rivals.
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
			Env: []string{
				fmt.Sprintf("APP_SLEEP=%g", s.sleep.Seconds()), fmt.Sprintf("APP_LIMIT=%d", s.limit),
				"PYTHONDONTWRITEBYTECODE=1",
			},
		}
	}, ""
}

// rivals are the programs to compare with target-server for a figure.
func (b *bench) rivals(figure string) []program {
	var all []program
	for _, p := range b.programs[ours+1:] {
		if missing := p.missing(figure); missing != "" {
			b.say("%s: without %s: %s", figure, p.name, missing)
			continue
		}
		all = append(all, p)
	}
	return all
}

// missing says why a program has no number for a figure, or "".
func (p program) missing(figure string) string {
	if p.absent == "" && figure != "cpu" {
		return p.cpuOnly
	}
	return p.absent
}
