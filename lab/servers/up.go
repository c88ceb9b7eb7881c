package servers

import (
	"strings"

	"github.com/target-server/target-server/lab/driver"
)

// Up reports whether a server with this log accepts connections in each of its workers. A connection made only to find
// that out would be seen by the server and counted. Gunicorn's socket listens before its workers have loaded their
// program; until then the kernel holds who comes.
func Up(cfg Config, lines []driver.Line) bool {
	workers := max(1, cfg.Workers)
	switch cfg.Stack {
	case "", "uvicorn":
		return count(lines, "Uvicorn running on") > 0 && count(lines, "Application startup complete.") >= workers
	case "gunicorn-uvicorn":
		return count(lines, "Listening at") > 0 && count(lines, "Application startup complete.") >= workers
	case "gunicorn-sync", "gunicorn-gthread":
		return count(lines, "Listening at") > 0 && count(lines, "Booting worker") >= workers
	case "flask", "flask-single":
		return count(lines, "Running on") > 0
	}
	return count(lines, "Running on") >= workers // Hypercorn, once for each
}

func count(lines []driver.Line, part string) int {
	n := 0
	for _, line := range lines {
		if strings.Contains(line.Text, part) {
			n++
		}
	}
	return n
}
