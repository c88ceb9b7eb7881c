package uvicorn_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// Uvicorn with FastAPI, down to the bytes.
func Example() {
	w := servertest.New(servertest.Example{}, uvicorn.Stack202303())
	c := w.Send(0, servertest.Request("/nope"))
	w.Run(time.Minute)
	fmt.Printf("%q\n", c.Text())
	fmt.Println(servertest.Ending(c))
	// Output:
	// "HTTP/1.1 404 Not Found\r\ndate: Sat, 18 Mar 2023 12:00:00 GMT\r\nserver: uvicorn\r\ncontent-length: 22\r\ncontent-type: application/json\r\n\r\n{\"detail\":\"Not Found\"}"
	// 5s closed
}
