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
	// packages are those whose behaviour the facts show, by their names in small letters.
	packages []string
}

// environment is what real servers need on the machine, of one vintage in one folder.
type environment struct {
	folder string // below the folder of all; none is that folder itself
	// ensure makes it in home, unless it is there as it should be.
	ensure func(ctx context.Context, home, vintage string, progress io.Writer) error
	// versions are the pinned packages of a vintage, by their names in small letters.
	versions func(vintage string) (map[string]string, error)
}

// oracles is the table of all real servers: a file of this package each.
func oracles() []oracle {
	all := []oracle{uvicornServer()}
	all = append(all, hypercornServers()...)
	all = append(all, gunicornServers()...)
	all = append(all, flaskServers()...)
	all = append(all, waitressServers()...)
	all = append(all, tomcatServers()...)
	return append(all, nodeServers()...)
}

// find gives the real server of a stack; none is Uvicorn.
func find(stack string) (oracle, error) {
	if stack == "" {
		stack = Uvicorn
	}
	for _, o := range oracles() {
		if o.stack == stack {
			return o, nil
		}
	}
	return oracle{}, fmt.Errorf("there is no real server of %q", stack)
}

// Stacks lists those whose real server can be started.
func Stacks() []string {
	var names []string
	for _, o := range oracles() {
		names = append(names, o.stack)
	}
	return names
}

// Ensure makes what the real server of a stack needs at a vintage, below dir, and returns dir, absolute. When it is there as
// it should be, it does nothing. Progress of an installation goes to progress.
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

// Versions gives the packages of a stack whose behaviour the facts show, as name to version.
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

// Up reports whether a server with this log accepts connections in each of its workers. A connection made only to find
// that out would be seen by the server and counted.
func Up(cfg Config, lines []driver.Line) bool {
	o, err := find(cfg.Stack)
	return err == nil && o.up(cfg, lines)
}

func (e environment) home(dir, vintage string) string { return filepath.Join(dir, e.folder, vintage) }
