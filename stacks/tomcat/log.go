package tomcat

import (
	"strings"
	"time"

	"github.com/target-server/target-server/server/journal"
)

// lines are those of java.util.logging. An embedded Tomcat has no access lines.
var lines = journal.Lines{Server: javaLogging}

// javaLogging is java.util.logging.SimpleFormatter. A message begins with the class and the method that log it.
func javaLogging(b []byte, now time.Time, level journal.Level, message string) []byte {
	if level == journal.Unnamed {
		return append(b, message...)
	}
	b = now.AppendFormat(b, "Jan 02, 2006 3:04:05 PM ")
	source, text, _ := strings.Cut(message, ": ")
	b = append(append(append(b, source...), '\n'), javaLevel(level)...)
	return append(append(b, ": "...), text...)
}

// javaLevel returns the name that java.util.logging.Level has for a level.
func javaLevel(level journal.Level) string {
	if level == journal.Error || level == journal.Critical {
		return "SEVERE"
	}
	return string(level)
}
