package servers

import (
	"strings"

	"github.com/target-server/target-server/lab/driver"
)

// count is the number of lines that contain the text.
func count(lines []driver.Line, part string) int {
	n := 0
	for _, line := range lines {
		if strings.Contains(line.Text, part) {
			n++
		}
	}
	return n
}
