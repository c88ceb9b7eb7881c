package waitress_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/waitress"
)

// waitress waits for the whole body before it asks for a thread.
func Example() {
	w := servertest.New(servertest.Example{}, waitress.Stack202303())
	c := w.Send(0, "POST /?id=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
	w.Then(3*time.Second, c, "ab")
	w.Run(time.Minute)
	fmt.Println(c.First(), servertest.Answer(c)[:22])
	// Output:
	// 3s 405 METHOD NOT ALLOWED
}
