package servers

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/target-server/target-server/lab/driver"
)

// oracle is the real server of a stack.
type oracle struct {
	stack string
	in    environment
	// command starts the server from the folder of its environment, on a port of the loopback address.
	command func(home string, cfg Config, port int) driver.Command
	// up reports whether a server with this log accepts connections in each of its workers.
	up func(cfg Config, lines []driver.Line) bool
	// packages are those whose behaviour affects the facts; the names are in lower case.
	packages []string
}

// environment is what real servers need on the machine: a folder for each vintage.
type environment struct {
	folder string // below the folder for all; empty means that folder itself
	// ensure installs it in home, unless it is already up to date.
	ensure func(ctx context.Context, home, vintage string, progress io.Writer) error
	// versions are the pinned packages of a vintage; the names are in lower case.
	versions func(vintage string) (map[string]string, error)
}

// oracles is the table of all real servers. Each is a file of this package.
func oracles() []oracle {
	all := []oracle{uvicornServer()}
	all = append(all, hypercornServers()...)
	all = append(all, gunicornServers()...)
	all = append(all, flaskServers()...)
	all = append(all, waitressServers()...)
	all = append(all, tomcatServers()...)
	return append(all, nodeServers()...)
}

// find returns the real server of a stack; the empty name means Uvicorn.
func find(stack string) (oracle, error) {
	if stack == "" {
		stack = Uvicorn
	}
	for _, o := range oracles() {
		if o.stack == stack {
			return o, nil
		}
	}
	return oracle{}, fmt.Errorf("no real server for stack %q", stack)
}

// Stacks lists the stacks whose real server can be started.
func Stacks() []string {
	var names []string
	for _, o := range oracles() {
		names = append(names, o.stack)
	}
	return names
}

// Ensure installs what the real server of a stack needs at a vintage, below dir, and returns dir as an
// absolute path. If it is up to date, it does nothing. The progress of an installation is written to
// progress.
func Ensure(ctx context.Context, dir, stack, vintage string, progress io.Writer) (string, error) {
	o, err := find(stack)
	if err != nil {
		return "", err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("environment folder: %w", err)
	}
	return dir, o.in.ensure(ctx, o.in.home(dir, vintage), vintage, progress)
}

// Versions returns the versions of the packages whose behaviour affects a stack's facts, by name.
func Versions(stack, vintage string) (map[string]string, error) {
	o, err := find(stack)
	if err != nil {
		return nil, err
	}
	all, err := o.in.versions(vintage)
	if err != nil {
		return nil, err
	}
	kept := map[string]string{}
	for _, name := range o.packages {
		if version, ok := all[name]; ok {
			kept[name] = version
		}
	}
	return kept, nil
}

// Up reports whether a server with this log accepts connections in each of its workers. The log is used
// because the server would notice and count a connection made only to find out.
func Up(cfg Config, lines []driver.Line) bool {
	o, err := find(cfg.Stack)
	return err == nil && o.up(cfg, lines)
}

func (e environment) home(dir, vintage string) string { return filepath.Join(dir, e.folder, vintage) }
