package server

import (
	"bytes"
	"time"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/werkzeug"
)

// werkzeugLines are those of werkzeug._internal._log, whose handler adds nothing,
// and of WSGIRequestHandler.log_request. All of them go to stderr, but for the
// banner of Flask itself.
func werkzeugLines(s *werkzeug.Server) journal.Lines {
	return journal.Lines{
		Server: journal.Plain, Aside: journal.UnnamedWarning, InfoOnStdout: true, AccessOnStderr: true,
		Access: func(b []byte, now time.Time, e http1.Exchange, status int) []byte {
			client := e.AppendClient(nil)
			client = client[:max(0, bytes.LastIndexByte(client, ':'))]
			return s.AppendAccess(b, string(client), now, e.Method(), e.Target(), e.Version(), status)
		},
		Format: journal.Format{WSGI: true},
	}
}

// waitressServer is logging.BASIC_FORMAT. There are no access lines.
func waitressServer(b []byte, _ time.Time, level journal.Level, message string) []byte {
	if level != journal.Unnamed {
		b = append(append(b, level...), ":waitress:"...)
	}
	return append(b, message...)
}
