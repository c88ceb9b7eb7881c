package stacks

import (
	"fmt"
	"sync"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/stacks/flask"
	"github.com/target-server/target-server/stacks/gunicorn"
	"github.com/target-server/target-server/stacks/hypercorn"
	"github.com/target-server/target-server/stacks/node"
	"github.com/target-server/target-server/stacks/tomcat"
	"github.com/target-server/target-server/stacks/uvicorn"
	"github.com/target-server/target-server/stacks/waitress"
)

// All returns every stack, the default one first. They are made once, and nothing changes them.
func All() []*server.Stack { return all() }

var all = sync.OnceValue(func() []*server.Stack {
	return []*server.Stack{
		uvicorn.Stack202303(), uvicorn.StackCurrent(),
		hypercorn.Stack202303(), hypercorn.StackCurrent(),
		hypercorn.Uvloop202303(), hypercorn.UvloopCurrent(),
		hypercorn.Trio202303(), hypercorn.TrioCurrent(),
		flask.Stack202303(), flask.StackCurrent(),
		flask.Single202303(), flask.SingleCurrent(),
		waitress.Stack202303(), waitress.StackCurrent(),
		gunicorn.Uvicorn202303(), gunicorn.UvicornCurrent(),
		gunicorn.Sync202303(), gunicorn.SyncCurrent(),
		gunicorn.Gthread202303(), gunicorn.GthreadCurrent(),
		node.Stack202303(), node.StackCurrent(),
		tomcat.Stack202303(), tomcat.StackCurrent(),
	}
})

// Defaults are those of every stack, for the command line to choose from.
func Defaults() []config.Defaults {
	var defaults []config.Defaults
	for _, s := range All() {
		d := s.Defaults
		d.Supervised = s.Supervised
		defaults = append(defaults, d)
	}
	return defaults
}

// Find returns a stack by its name and vintage.
func Find(name, vintage string) (*server.Stack, error) {
	for _, s := range All() {
		if v := s.Defaults.Values; v.Stack == name && v.Vintage == vintage {
			return s, nil
		}
	}
	return nil, fmt.Errorf("no stack %q at vintage %q", name, vintage)
}

// Guide returns the guide to a stack, which is the same at every vintage; the zero Guide if the stack
// is unknown.
func Guide(stack string) server.Guide {
	for _, s := range All() {
		if s.Defaults.Values.Stack == stack {
			return s.Guide
		}
	}
	return server.Guide{}
}
