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
			args := []string{"-m", "hypercorn", "app:app", "--worker-class", class, "--access-logfile", "-", "--bind", fmt.Sprintf("127.0.0.1:%d", port)}
			return onPython(home, cfg, appendShared(args, cfg))
		},
	}
}

// hypercornUp: each process logs its address.
func hypercornUp(cfg Config, lines []driver.Line) bool {
	return count(lines, "Running on") >= cfg.processes()
}
