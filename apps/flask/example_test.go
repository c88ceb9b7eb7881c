package flask_test

import (
	"fmt"

	"github.com/target-server/target-server/apps/flask"
)

// Flask itself answers requests that do not reach the program.
func Example() {
	app := flask.New(&flask.V31, 1, flask.Article())
	for _, path := range []string{"/", "/nope"} {
		view, answer, _ := app.Route(&flask.Environ{Method: "GET", Path: path, Host: "example.com"})
		if answer == nil {
			fmt.Println("view", view.Route)
		} else {
			fmt.Println("status", answer.Status)
		}
	}
	// Output:
	// view 0
	// status 404
}
