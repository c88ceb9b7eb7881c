package servertest_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/node"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// Two requests for one thread, on a whole worker of Uvicorn.
func ExampleNew() {
	var t servertest.Example // in a test, its *testing.T
	w := servertest.New(t, uvicorn.Stack202303(), func(c *config.Config) { c.Limit, c.Sleep = 1, distribution.Of(5*time.Second) })
	first, second := w.Get(0, 1), w.Get(time.Second, 2)
	w.Run(time.Minute)
	fmt.Println(first.First(), second.First())
	fmt.Println(strings.Join(w.Workers[0].Lines, "\n"))
	fmt.Println(w.Sums())
	// Output:
	// 5s 10s
	// 0s #1 1 on AnyIO worker thread
	// 5s done 1
	// 5s GET /?id=1 200
	// 5s #2 2 on AnyIO worker thread
	// 10s done 2
	// 10s GET /?id=2 200
	// accepted 2: held 0, answered 2, refused 0, cancelled 0, left 0; started 2
}

// Node's http server alone, with a program of the test's own.
func ExampleOpen() {
	var t servertest.Example // in a test, its *testing.T
	var e *servertest.Endpoint
	program := func(x http1.Exchange, _ *http1.Head) { e.Hold(x, x.Target(), node.Hello("1")) }
	e = servertest.Open(t, eventloop.Libuv152, program,
		func(h *http1.Host) http1.Endpoint { return node.NewEndpoint(h, node.V26) })
	c := e.Send(0, servertest.Request("/?for=2s"))
	e.Run(time.Minute)
	fmt.Println(c.First(), servertest.Ending(c))
	fmt.Println(servertest.Answer(c))
	fmt.Println(strings.Join(e.Lines, "\n"))
	// Output:
	// 2s 8s closed
	// 200 OK|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 8||hello #1
	// 0s begin /?for=2s
	// 2s end /?for=2s
	// 2s GET /?for=2s HTTP/1.1 200
}
