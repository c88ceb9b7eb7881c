package uvicorn_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// Uvicorn with FastAPI, down to the bytes.
func Example() {
	w := servertest.New(servertest.Example{}, uvicorn.Stack202303())
	c := w.Send(0, servertest.Request("/nope"))
	w.Run(time.Minute)
	for line := range strings.SplitSeq(c.Text(), "\r\n") {
		fmt.Printf("%q\n", line)
	}
	fmt.Println(servertest.Ending(c))
	// Output:
	// "HTTP/1.1 404 Not Found"
	// "date: Sat, 18 Mar 2023 12:00:00 GMT"
	// "server: uvicorn"
	// "content-length: 22"
	// "content-type: application/json"
	// ""
	// "{\"detail\":\"Not Found\"}"
	// 5s closed
}
