package fastapi_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/apps/fastapi"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// A stack names the release of FastAPI that it carries, and FastAPI says what is wrong with a request.
func Example() {
	stack := uvicorn.StackCurrent()
	stack.Apps = map[string]server.NewApp{"fastapi": fastapi.V0165().New}
	w := servertest.New(servertest.Example{}, stack)
	c := w.Send(0, servertest.Request("/?name=1"))
	w.Run(time.Minute)
	fmt.Println(servertest.Answer(c))
	// Output:
	// 422 Unprocessable Entity|content-length: 88|content-type: application/json||{"detail":[{"type":"missing","loc":["query","id"],"msg":"Field required","input":null}]}
}
