package tomcat_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/tomcat"
)

// A request that Tomcat itself refuses.
func Example() {
	w := servertest.New(servertest.Example{}, tomcat.StackCurrent())
	ok, refused := w.Get(0, 1), w.Send(0, "GET /[ HTTP/1.1\r\nHost: x\r\n\r\n")
	w.Run(time.Minute)
	fmt.Println(servertest.Answer(ok))
	fmt.Println(refused.Text()[:12], servertest.Ending(refused))
	// Output:
	// 200 |Content-Type: text/plain;charset=ISO-8859-1|Content-Length: 5||hello
	// HTTP/1.1 400 0s closed
}
