package servers

import (
	"fmt"
	"strconv"

	"github.com/target-server/target-server/lab/driver"
)

// waitressServers is Flask on waitress, started by waitress's own command.
func waitressServers() []oracle {
	return []oracle{{
		stack: "waitress", in: python(), packages: []string{"flask", "waitress", "werkzeug"},
		up: func(_ Config, lines []driver.Line) bool { return count(lines, "Serving on") > 0 },
		command: func(home string, cfg Config, port int) driver.Command {
			args := []string{"-m", "waitress", fmt.Sprintf("--listen=127.0.0.1:%d", port)}
			if cfg.Limit > 0 {
				args = append(args, "--threads="+strconv.Itoa(cfg.Limit))
			}
			if cfg.Backlog > 0 {
				args = append(args, "--backlog="+strconv.Itoa(cfg.Backlog))
			}
			return onPython(home, cfg, append(args, wsgiProgram(cfg)))
		},
	}}
}
