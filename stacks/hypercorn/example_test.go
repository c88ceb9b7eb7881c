package hypercorn_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/hypercorn"
)

// Hypercorn on trio, with FastAPI.
func Example() {
	w := servertest.New(servertest.Example{}, hypercorn.Trio202303())
	c := w.Get(0, 1)
	w.Run(time.Minute)
	fmt.Println(servertest.Answer(c))
	fmt.Println(servertest.Ending(c))
	// Output:
	// 200 |content-length: 7|content-type: application/json||"hello"
	// 10s closed
}
