package servers

import "github.com/target-server/target-server/lab/driver"

// Real is a real server in the environments below Dir. It runs the article's program, or the printed one of cfg.Program.
// Programs is the folder of the lab's programs; empty means lab/programs below the working directory.
type Real struct {
	Dir      string
	Programs string
}

// Name is "real".
func (Real) Name() string { return "real" }

// Command starts the server named by cfg.Stack, with its own flags. Settings for which it has no flag
// are left out.
func (r Real) Command(cfg Config, port int) driver.Command {
	o, err := find(cfg.Stack)
	if err != nil {
		return driver.Command{Err: err}
	}
	command := o.command(o.in.home(r.Dir, cfg.Vintage), cfg, port)
	command.Args = cfg.limited(command.Args)
	if cfg.Program != "" {
		command.Files, command.Err = printed(cfg, programFile(r.Programs, cfg.Program))
		if command.Err != nil {
			return driver.Command{Err: command.Err}
		}
	}
	return command
}
