package node_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/node"
)

const described = `
routes:
  GET /: {async: [{log: "line {counter}"}, {sleep: 10500us}], body: '{"a":1}', headers: {X-A: b}}
  POST /: {async: [{block: 1s}], status: 201}
  GET /items/{id}: {parameters: {id: int, q: "str?"}, async: [], body: '{"id":{id},"q":"{q}"}'}
  DELETE /items/{id}: {async: [], status: 204}
  GET /busy: {async: [{raise: 418}]}
  GET /broken: {async: [{raise: KeyError}]}
`

// asked are requests, and what the lab's program for Node answers to them.
var asked = map[string]string{
	"GET /":                 "200 OK|x-a: b|Content-Type: application/json|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 7||{\"a\":1}",
	"PUT /":                 "405 Method Not Allowed|Allow: GET, POST|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 18||Method Not Allowed",
	"HEAD /":                "405 Method Not Allowed|Allow: GET, POST|Connection: keep-alive|Keep-Alive: timeout=5||",
	"GET /items/5":          "200 OK|Content-Type: application/json|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 19||{\"id\":5,\"q\":\"null\"}",
	"GET /items/5?q=a%22+b": "200 OK|Content-Type: application/json|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 20||{\"id\":5,\"q\":\"a\\\" b\"}",
	"GET /items/x":          "400 Bad Request|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 29||id is not a value of type int",
	"DELETE /items/5":       "204 No Content|Connection: keep-alive|Keep-Alive: timeout=5||",
	"GET /busy":             "418 I'm a Teapot|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 12||I'm a Teapot",
	"GET /broken":           "500 Internal Server Error|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 21||Internal Server Error",
	"GET /nope":             "404 Not Found|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 9||Not Found",
}

func serve(t *testing.T, text string) *servertest.World {
	t.Helper()
	p, err := program.Read("test.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return servertest.New(t, node.StackCurrent(), func(c *config.Config) { c.Program = p })
}

func TestDescribedProgram(t *testing.T) {
	for line, want := range asked {
		w := serve(t, described)
		c := w.Send(0, line+" HTTP/1.1\r\nHost: x\r\n\r\n")
		w.Run(time.Second)
		check.Equal(t, line, servertest.Answer(c), want)
	}
}

// Timers run for whole milliseconds, beside one another; a block stops the loop, and so every other request.
func TestStepsOnTheLoop(t *testing.T) {
	w := serve(t, described)
	a, b := w.Send(0, servertest.Request("/")), w.Send(time.Millisecond, servertest.Request("/"))
	w.Send(5*time.Second, "POST / HTTP/1.1\r\nHost: x\r\n\r\n")
	late := w.Send(5100*time.Millisecond, servertest.Request("/"))
	w.Send(10*time.Second, servertest.Request("/broken"))
	w.Run(time.Minute)
	check.Equal(t, "first", a.First(), 10*time.Millisecond)
	check.Equal(t, "second", b.First(), 11*time.Millisecond)
	check.Equal(t, "while the loop stands still", late.First(), 6010*time.Millisecond)
	w.Printed("0s line 1 on MainThread", "1ms line 2 on MainThread", "10ms GET / 200", "11ms GET / 200", "6s POST / 201",
		"6s line 3 on MainThread", "6.01s GET / 200", "10s ERROR: Error: KeyError", "10s GET /broken 500")
}

// What Node does not have is refused with the reason.
func TestTerms(t *testing.T) {
	p, err := program.Read("test.yaml", []byte(`
pools: {db: {}}
routes: {GET /: {def: [{query: 1ms}]}}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = node.StackCurrent().CheckProgram(config.Config{Program: p})
	for _, want := range []string{"def cannot be used: JavaScript runs on the event loop", "pools cannot be used: the pools are those of SQLAlchemy"} {
		check.Equal(t, want, err != nil && strings.Contains(err.Error(), want), true)
	}
}
