package servers

import (
	"fmt"
	"strconv"

	"github.com/target-server/target-server/lab/driver"
)

// flaskServers are Flask's development server with one thread per connection, and without threads.
func flaskServers() []oracle {
	return []oracle{flaskServer("flask", 1), flaskServer("flask-single", 0)}
}

func flaskServer(stack string, threaded int) oracle {
	return oracle{
		stack: stack, in: python(), packages: []string{"flask", "werkzeug"},
		up: func(_ Config, lines []driver.Line) bool { return count(lines, "Running on") > 0 },
		command: func(home string, cfg Config, port int) driver.Command {
			command := onPython(home, cfg, flaskCommand(cfg, port, threaded))
			command.Env = append(command.Env, fmt.Sprintf("APP_PORT=%d", port), fmt.Sprintf("APP_THREADED=%d", threaded))
			return command
		},
	}
}

// flaskCommand runs the article's program, which starts the server itself, or has Flask run the printed one.
func flaskCommand(cfg Config, port, threaded int) []string {
	if cfg.Program == "" {
		return []string{"flask_app.py"}
	}
	args := []string{"-m", "flask", "run", "--host", "127.0.0.1", "--port", strconv.Itoa(port)}
	if threaded == 0 {
		args = append(args, "--without-threads")
	}
	return args
}
