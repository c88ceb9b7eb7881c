package node_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/node"
)

// What is pipelined to Node runs at once, and is answered in order.
func Example() {
	w := servertest.New(servertest.Example{}, node.StackCurrent())
	c := w.Send(0, servertest.Request("/?id=1&sleep=3s")+servertest.Request("/?id=2&sleep=1s"))
	w.Run(time.Minute)
	fmt.Println(strings.Join(w.Workers[0].Lines, "\n"))
	fmt.Println(servertest.Ending(c))
	// Output:
	// 0s #1 1 on MainThread
	// 0s #2 2 on MainThread
	// 1s done 2
	// 1s GET /?id=2&sleep=1s 200
	// 3s done 1
	// 3s GET /?id=1&sleep=3s 200
	// 9s closed
}
