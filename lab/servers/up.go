package servers

import (
	"strings"

	"github.com/target-server/target-server/lab/driver"
)

// Up reports whether a server with this log accepts connections in each of its workers. A connection made only to find
// that out would be seen by the server and counted.
func Up(cfg Config, lines []driver.Line) bool {
	return count(lines, "Uvicorn running on") > 0 && count(lines, "Application startup complete.") >= max(1, cfg.Workers)
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
