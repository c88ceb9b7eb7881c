package servers

import (
	"fmt"

	"github.com/target-server/target-server/lab/driver"
)

// hypercornServers are Hypercorn with each of its worker classes.
func hypercornServers() []oracle {
	return []oracle{
		hypercornServer("hypercorn", "asyncio"),
		hypercornServer("hypercorn-uvloop", "uvloop", "uvloop"),
		hypercornServer("hypercorn-trio", "trio", "trio"),
	}
}

func hypercornServer(stack, class string, packages ...string) oracle {
	return oracle{
		stack: stack, in: python(), up: hypercornUp,
		packages: append(append([]string{"hypercorn", "h11", "h2", "wsproto"}, packages...), onASGI...),
		command: func(home string, cfg Config, port int) driver.Command {
			args := []string{"-m", "hypercorn", "app:app", "--worker-class", class}
			args = append(appendAccessLog(args, cfg), "--bind", fmt.Sprintf("127.0.0.1:%d", port))
			command := onPython(home, cfg, appendShared(args, cfg))
			if cfg.Settings != "" { // as a file that is read once, without a trace on the disk
				const withSettings = `settings=$1; shift; exec "$@" --config <(echo "$settings")`
				command.Args = append([]string{"bash", "-c", withSettings, "bash", cfg.Settings}, command.Args...)
			}
			return command
		},
	}
}

// hypercornUp: each process logs its address.
func hypercornUp(cfg Config, lines []driver.Line) bool {
	return count(lines, "Running on") >= cfg.processes()
}
