package uvicorn

import (
	"strconv"
	"time"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// lines are the formatters of uvicorn.config.LOGGING_CONFIG.
var lines = journal.Lines{Server: serverLine, Access: accessLine, OnTerminal: &coloured}

// failed begins the log of an exception that the application raised.
const failed = "Exception in ASGI application\n"

// serverLine is uvicorn.logging.ColourizedFormatter without colours.
func serverLine(b []byte, _ time.Time, level journal.Level, message string) []byte {
	return append(append(b, prefix(level)...), message...)
}

// prefix pads a level so that all messages begin in the same column.
func prefix(level journal.Level) string {
	if level == journal.Unnamed {
		return ""
	}
	const width = len("INFO:     ")
	text := string(level) + ":"
	for len(text) < width {
		text += " "
	}
	return text
}

// accessLine is uvicorn.logging.AccessFormatter.
func accessLine(b []byte, _ time.Time, e http1.Exchange, status int) []byte {
	b = e.AppendClient(append(b, "INFO:     "...))
	b = append(append(append(b, ` - "`...), e.Method()...), ' ')
	b = append(append(append(b, e.LogTarget()...), " HTTP/"...), e.Version()...)
	b = strconv.AppendInt(append(b, `" `...), int64(status), 10)
	return append(append(b, ' '), http1.Phrase(status)...)
}
