package servers

import (
	"fmt"

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
			command := onPython(home, cfg, []string{"flask_app.py"})
			command.Env = append(command.Env, fmt.Sprintf("APP_PORT=%d", port), fmt.Sprintf("APP_THREADED=%d", threaded))
			return command
		},
	}
}
