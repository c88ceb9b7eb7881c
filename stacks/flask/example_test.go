package flask_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/flask"
)

// Werkzeug's development server answers and closes.
func Example() {
	w := servertest.New(servertest.Example{}, flask.Stack202303())
	c := w.Get(0, 1)
	w.Run(time.Minute)
	fmt.Println(servertest.Answer(c))
	fmt.Println(servertest.Ending(c))
	fmt.Print(w.Workers[0].Stderr.String())
	// Output:
	// 200 OK|Content-Type: text/html; charset=utf-8|Content-Length: 5|Connection: close||hello
	// 5s closed
	// 127.0.0.1 - - [18/Mar/2023 12:00:05] "GET /?id=1 HTTP/1.1" 200 -
}
