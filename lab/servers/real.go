package servers

import "github.com/target-server/target-server/lab/driver"

// Real is a real server with the article's program on it, in the environments
// under Dir.
type Real struct {
	Dir string
}

// Name is "real".
func (Real) Name() string { return "real" }

// Command starts the server that cfg.Stack names, with its own flags. What it
// has no flag for is left out.
func (r Real) Command(cfg Config, port int) driver.Command {
	o, err := find(cfg.Stack)
	if err != nil {
		return driver.Command{} // which does not start, and says so
	}
	command := o.command(o.in.home(r.Dir, cfg.Vintage), cfg, port)
	command.Args = cfg.limited(command.Args)
	return command
}
