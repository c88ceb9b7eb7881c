package server_test

import (
	"testing"

	"github.com/target-server/target-server/config"
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
