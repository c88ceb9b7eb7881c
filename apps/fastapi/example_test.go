package fastapi_test

import (
	"fmt"
	"strings"
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
	status, body, _ := strings.Cut(servertest.Answer(c), "|content-length: 88|content-type: application/json||")
	fmt.Println(status)
	fmt.Println(body)
	// Output:
	// 422 Unprocessable Entity
	// {"detail":[{"type":"missing","loc":["query","id"],"msg":"Field required","input":null}]}
}
