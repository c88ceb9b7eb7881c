package gunicorn_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/gunicorn"
)

// A sync worker of gunicorn serves one request at a time.
func Example() {
	w := servertest.New(servertest.Example{}, gunicorn.Sync202303())
	first, second := w.Get(0, 1), w.Get(0, 2)
	w.Run(time.Minute)
	fmt.Println(servertest.Answer(first))
	fmt.Println(first.First(), second.First())
	// Output:
	// 200 OK|Connection: close|Content-Type: text/html; charset=utf-8|Content-Length: 5||hello
	// 5s 10s
}
