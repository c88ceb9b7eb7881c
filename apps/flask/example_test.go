package flask_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/target-server/target-server/apps/flask"
)

// Flask itself answers requests that do not reach the program.
func Example() {
	app := flask.New(&flask.V31, rand.New(rand.NewPCG(1, 2)))
	fmt.Println(app.Route(&flask.Environ{Method: "GET", Path: "/", Query: "id=1", Host: "example.com"}))
	fmt.Println(app.Route(&flask.Environ{Method: "GET", Path: "/nope", Host: "example.com"}).Status)
	// Output:
	// <nil>
	// 404
}
