package server

import (
	"bytes"
	"time"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/werkzeug"
)

// werkzeugLines are those of werkzeug._internal._log, whose handler adds nothing,
// and of WSGIRequestHandler.log_request. All of them go to stderr, but for the
// banner of Flask itself.
func werkzeugLines(s *werkzeug.Server) lines {
	return lines{
		server: bare, wsgi: true, aside: UnnamedWarning, infoOnStdout: true,
		access: func(b []byte, now time.Time, e http1.Exchange, status int) []byte {
			client := e.AppendClient(nil)
			client = client[:max(0, bytes.LastIndexByte(client, ':'))]
			return s.AppendAccess(b, string(client), now, e.Method(), e.Target(), e.Version(), status)
		},
		accessOnStderr: true,
	}
}

// waitressServer is logging.BASIC_FORMAT. There are no access lines.
func waitressServer(b []byte, _ time.Time, level Level, message string) []byte {
	if level != Unnamed {
		b = append(append(b, level...), ":waitress:"...)
	}
	return append(b, message...)
}
