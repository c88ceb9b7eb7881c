package server

import (
	"time"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/werkzeug"
	"github.com/target-server/target-server/stacks"
)

// lines is how a server spells its native log.
type lines struct {
	// server appends a line of the server itself, without its end.
	server func(b []byte, now time.Time, level Level, message string) []byte
	// access appends an access line, without its end. None is a server that has none.
	access func(b []byte, now time.Time, e http1.Exchange, status int) []byte
	// aside is the level, one of those unnamed, of what is said past the server's log.
	aside Level
	// infoOnStdout: lines of the server of level Info go to stdout.
	infoOnStdout bool
	// accessOnStderr: access lines go there and not to stdout.
	accessOnStderr bool
	// atoms are whose an access format of the user's own has; begin appends what
	// stands before it, if anything.
	atoms accesslog.Dialect
	begin func(b []byte, now time.Time) []byte
	// target gives such a format what it shows of a target: as a whole, its path and its
	// query. None is what Uvicorn's access lines show, of which all else is made.
	target func(e http1.Exchange) (target, path, query string)
	// wsgi: the fields of a request are text already, and not the bytes that came.
	wsgi bool
	// user is whom such a format says that a request comes from; none says nobody.
	user func(e http1.Exchange) string
	// fields are those of a request that an access line shows.
	fields []string
}

// linesOf are the lines that a stack names.
func linesOf(stack *stacks.Stack) lines {
	switch stack.Lines {
	case stacks.LinesUvicornWorker:
		return lines{server: gunicornServer, access: uvicornWorkerAccess}
	case stacks.LinesNode:
		return lines{server: bare, infoOnStdout: true}
	case stacks.LinesWaitress:
		return lines{server: waitressServer, wsgi: true, aside: UnnamedWarning}
	case stacks.LinesWerkzeug22:
		return werkzeugLines(&werkzeug.V22)
	case stacks.LinesWerkzeug31:
		return werkzeugLines(&werkzeug.V31)
	case stacks.LinesHypercorn:
		return lines{
			server: gunicornServer, access: hypercornAccess, fields: []string{"referer", "user-agent"},
			atoms: accesslog.Hypercorn, begin: hypercornBegin, target: hypercornTarget,
		}
	case stacks.LinesGunicorn201:
		return gunicornLines(userWithColon)
	case stacks.LinesGunicorn270:
		return gunicornLines(userBeforeColon)
	case stacks.LinesJavaLogging:
		return lines{server: javaLogging}
	default:
		return lines{server: uvicornServer, access: uvicornAccess}
	}
}

// bare is a line as it is.
func bare(b []byte, _ time.Time, _ Level, message string) []byte { return append(b, message...) }
