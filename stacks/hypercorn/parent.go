package hypercorn

import (
	"context"
	"os"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/supervisor"
)

// parent014 is the parent of Hypercorn 0.14.3 (hypercorn.run.run): it starts its workers and waits until all of them
// have ended, for whatever reason. SIGINT and SIGTERM set an event that the workers check; other
// signals kill it, and its workers continue without it.
func parent014() supervisor.Policy {
	return supervisor.Policy{
		Reactions: supervisor.ExitOrDie(),
		Event:     &supervisor.Event{},
	}
}

// parent018 is the parent of Hypercorn 0.18.0: it replaces a worker that has ended with status 0. When one has ended
// with another status, or the parent is to exit, it ends the others at once by SIGTERM. SIGHUP replaces all of them.
func parent018() supervisor.Policy {
	p := parent014()
	p.Event = &supervisor.Event{Replaces: true}
	p.Reactions[2].Action = supervisor.Renew
	return p
}

// openSocket opens the socket that the workers share. If that fails, Python prints the exception, since nothing catches
// it.
func openSocket(ctx context.Context, cfg config.Config, log server.ParentLog) (*os.File, error) {
	socket, err := server.Bind(ctx, cfg)
	if err != nil {
		log.Unnamed(journal.Traceback + "OSError: " + err.Error())
	}
	return socket, err
}
