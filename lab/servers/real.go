package servers

import "github.com/target-server/target-server/lab/driver"

// Real is a real server that runs the article's program, in the environments below Dir.
type Real struct {
	Dir string
}

// Name is "real".
func (Real) Name() string { return "real" }

// Command starts the server named by cfg.Stack, with its own flags. Settings for which it has no flag
// are left out.
func (r Real) Command(cfg Config, port int) driver.Command {
	o, err := find(cfg.Stack)
	if err != nil {
		return driver.Command{} // the command fails with an error that says so
	}
	command := o.command(o.in.home(r.Dir, cfg.Vintage), cfg, port)
	command.Args = cfg.limited(command.Args)
	return command
}
