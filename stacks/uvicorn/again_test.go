package uvicorn_test

import (
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// What the log shows of a connection's place in memory is the same in every run.
func TestPlacesInTheLogAreTheSameAgain(t *testing.T) {
	var logs []string
	for range 2 {
		each(t, []class{httptools021}, func(h *house) {
			h.Send(0, get("/?for=6s")+get("/?for=6s")+get("/?for=6s")) // cut off in the second, which then fails
			h.Run(hour)
			logs = append(logs, strings.Join(h.Lines, "\n"))
		})
	}
	check.Equal(t, "log of uvloop", logs[3], logs[1])
	check.Equal(t, "it shows a place", strings.Contains(logs[1], "<TCPTransport closed=True reading=False 0x7f52"), true)
}
