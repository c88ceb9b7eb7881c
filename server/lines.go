package server

import (
	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/werkzeug"
	"github.com/target-server/target-server/stacks"
)

// LinesOf are the lines that a stack names.
func LinesOf(stack *stacks.Stack) journal.Lines {
	switch stack.Lines {
	case stacks.LinesUvicornWorker:
		return journal.Lines{Server: journal.Bracketed, Access: uvicornWorkerAccess}
	case stacks.LinesNode:
		return journal.Lines{Server: journal.Plain, InfoOnStdout: true}
	case stacks.LinesWaitress:
		return journal.Lines{Server: waitressServer, Aside: journal.UnnamedWarning, Format: journal.Format{WSGI: true}}
	case stacks.LinesWerkzeug22:
		return werkzeugLines(&werkzeug.V22)
	case stacks.LinesWerkzeug31:
		return werkzeugLines(&werkzeug.V31)
	case stacks.LinesHypercorn:
		return journal.Lines{
			Server: journal.Bracketed, Access: hypercornAccess, Fields: []string{"referer", "user-agent"},
			Format: journal.Format{Atoms: accesslog.Hypercorn, Begin: hypercornBegin, Target: hypercornTarget},
		}
	case stacks.LinesGunicorn201:
		return gunicornLines(userWithColon)
	case stacks.LinesGunicorn270:
		return gunicornLines(userBeforeColon)
	case stacks.LinesJavaLogging:
		return journal.Lines{Server: javaLogging}
	default:
		return journal.Lines{Server: uvicornServer, Access: uvicornAccess}
	}
}
