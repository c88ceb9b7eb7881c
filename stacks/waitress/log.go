package waitress

import (
	"time"

	"github.com/target-server/target-server/server/journal"
)

// lines are those of logging.basicConfig. Waitress has no access lines.
var lines = journal.Lines{Server: serverLine, Aside: journal.UnnamedWarning, Format: journal.Format{WSGI: true}}

// serverLine is logging.BASIC_FORMAT.
func serverLine(b []byte, _ time.Time, level journal.Level, message string) []byte {
	if level != journal.Unnamed {
		b = append(append(b, level...), ":waitress:"...)
	}
	return append(b, message...)
}
