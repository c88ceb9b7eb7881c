package server_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// newWorld starts Uvicorn with FastAPI on it, for tests of the worker itself.
func newWorld(t *testing.T, vintage string, change ...func(*config.Config)) *servertest.World {
	t.Helper()
	return servertest.New(t, find(t, "uvicorn", vintage), change...)
}

func find(t *testing.T, name, vintage string) *server.Stack {
	t.Helper()
	stack, err := stacks.Find(name, vintage)
	if err != nil {
		t.Fatal(err)
	}
	return stack
}

// inEveryMode starts each stack in each of its modes, for handlers that sleep 10 s, with an admin address.
func inEveryMode(t *testing.T, test func(t *testing.T, stack, mode string, w *servertest.World)) {
	t.Helper()
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		for _, mode := range stack.Modes {
			if stack.Defaults.With["app="+v.App]["mode"] != "" && mode.Name != v.Mode {
				continue // a mode for the other framework
			}
			if v.Stack == "hypercorn-trio" && mode.Name == "cooperative" {
				continue // fails at once
			}
			t.Run(fmt.Sprintf("%s at %s, %s", v.Stack, v.Vintage, mode.Name), func(t *testing.T) {
				test(t, v.Stack, mode.Name, servertest.New(t, stack, func(c *config.Config) {
					c.Mode, c.Sleep, c.AdminAddr = mode.Name, distribution.Of(10*time.Second), "unused:1"
				}))
			})
		}
	}
}
