package program_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/program"
)

// Every mistake in a file is told, with its place and what is accepted.
func ExampleRead() {
	_, err := program.Read("shop.yaml", []byte(`
routes:
  GET /items/{id}: {def: [{sleeep: 50ms}], parameters: {id: integer}}
  POST /items: {async: [{sleep: 20ms}], status: 99}
`), nil)
	fmt.Println(err)
	// Output:
	// shop.yaml:3:28: "sleeep" is not a key of a step; did you mean sleep? accepted: sleep, block, query, log, raise, repeat, share, cpu, gil, send, do, pool
	// shop.yaml:3:61: "integer" is not a type; did you mean int? accepted: str, int, float or bool, with a question mark if it may be missing
	// shop.yaml:4:49: "99" is too small; accepted: a whole number from 200 to 599
}

// A program of Go values, and the file that says the same.
func ExampleCheck() {
	db := program.NewPool("db")
	session := &program.Dependency{Name: "session", Session: db}
	p, err := program.Check(&program.Program{Name: "shop", Routes: []*program.Route{
		{Method: "GET", Path: "/health", Function: program.AsyncDef()},
		{
			Method: "GET", Path: "/items/{id}", Depends: []*program.Dependency{session},
			Function: program.Def(program.Querying(db, 8*time.Millisecond)), Body: "2KiB",
		},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := p.YAML()
	fmt.Println(string(text), err)
	// Output:
	// name: shop
	// pools:
	//     db:
	//         size: 5
	//         overflow: 10
	//         timeout: 30s
	// dependencies:
	//     session:
	//         session: db
	// routes:
	//     GET /health:
	//         async: []
	//     GET /items/{id}:
	//         depends:
	//             - session
	//         parameters:
	//             id: str
	//         def:
	//             - query: 8ms
	//               pool: db
	//         body: 2048B
	//  <nil>
}
