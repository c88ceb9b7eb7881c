package tomcat_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/tomcat"
)

const described = `
routes:
  GET /: {def: [{log: "line {counter}"}, {sleep: 10600us}], body: '{"a":1}', headers: {X-A: b}}
  POST /: {def: [], status: 201, type: "text/html; Charset=UTF-8; a=b"}
  GET /items/{id}: {parameters: {id: int, q: "str?"}, def: [], body: '{"id":{id},"q":"{q}"}'}
  DELETE /items/{id}: {def: [], status: 204}
  GET /odd: {def: [{raise: 499}]}
  GET /busy: {def: [{raise: 503}]}
  GET /broken: {def: [{raise: KeyError}]}
  GET /large: {def: [], body: 20KiB}
`

// asked are requests, and how the answers of the lab's servlet begin.
var asked = map[string]string{
	"GET /":                 "200 |x-a: b|Content-Type: application/json|Content-Length: 7||{\"a\":1}",
	"HEAD /":                "200 |x-a: b|Content-Type: application/json|Content-Length: 7||",
	"POST /":                "201 |Content-Type: text/html;a=b;charset=UTF-8|Content-Length: 0||",
	"OPTIONS /":             "200 |Allow: OPTIONS|Content-Length: 0||",
	"TRACE /":               "405 |Allow: OPTIONS|",
	"PUT /":                 "405 |Content-Type: text/html;charset=utf-8|Content-Language: en|",
	"FOO /":                 "501 |",
	"GET /items/5":          "200 |Content-Type: application/json|Content-Length: 19||{\"id\":5,\"q\":\"null\"}",
	"GET /items/5?q=a%22+b": "200 |Content-Type: application/json|Content-Length: 20||{\"id\":5,\"q\":\"a\\\" b\"}",
	"GET /items/x":          "400 |Content-Type: text/html;charset=utf-8|Content-Language: en|",
	"DELETE /items/%35":     "204 ||",
	"GET /odd":              "499 |Content-Language: en|Content-Length: 0||",
	"GET /broken":           "500 |Content-Type: text/html;charset=utf-8|Content-Language: en|",
	"GET /large":            "200 |Content-Type: application/json|Content-Length: 20480||",
	"GET /nope":             "404 |Content-Type: text/html;charset=utf-8|Content-Language: en|",
}

func serve(t *testing.T, stack *server.Stack, text string, change ...func(*config.Config)) *servertest.World {
	t.Helper()
	p, err := program.Read("test.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return servertest.New(t, stack, append(change, func(c *config.Config) { c.Program = p })...)
}

func TestDescribedProgram(t *testing.T) {
	for line, want := range asked {
		w := serve(t, tomcat.StackCurrent(), described)
		c := w.Send(0, line+" HTTP/1.1\r\nHost: x\r\n\r\n")
		w.Run(time.Second)
		check.Equal(t, line, strings.HasPrefix(servertest.Answer(c), want), true)
		if t.Failed() {
			t.Fatalf("got %.300s", servertest.Answer(c))
		}
	}
}

// Functions run in the connector's threads, of which there are only so many. Thread.sleep rounds to milliseconds.
func TestStepsInThreads(t *testing.T) {
	w := serve(t, tomcat.Stack202303(), described, func(c *config.Config) { c.Limit = 2 })
	var ends []time.Duration
	clients := []func() time.Duration{}
	for i := range 3 {
		c := w.Send(time.Duration(i)*time.Millisecond, servertest.Request("/"))
		clients = append(clients, c.First)
	}
	w.Send(time.Second, servertest.Request("/broken"))
	w.Run(time.Minute)
	for _, first := range clients {
		ends = append(ends, first())
	}
	check.Equal(t, "answers", len(ends) == 3 && ends[0] == 11*time.Millisecond && ends[1] == 12*time.Millisecond && ends[2] == 22*time.Millisecond, true)
	check.Equal(t, "exception", strings.Contains(strings.Join(w.Workers[0].Said, "\n"), "java.lang.RuntimeException: KeyError"), true)
}

// Status 401 has a report in other words since Tomcat 11.
func TestReportsOfRaisedStatuses(t *testing.T) {
	for stack, want := range map[*server.Stack]string{
		tomcat.Stack202303():  "has not been applied because it lacks valid authentication credentials for the target resource.",
		tomcat.StackCurrent(): "has not been applied to the target resource because it lacks valid authentication credentials for that resource.",
	} {
		w := serve(t, stack, "routes: {GET /: {def: [{raise: 401}]}}")
		c := w.Send(0, servertest.Request("/"))
		w.Run(time.Second)
		check.Equal(t, want, strings.Contains(servertest.Answer(c), want), true)
	}
}

// What a servlet does not have is refused with the reason.
func TestTerms(t *testing.T) {
	p, err := program.Read("test.yaml", []byte("routes: {GET /: {async: []}}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = tomcat.StackCurrent().CheckProgram(config.Config{Program: p})
	const want = "async cannot be used: a servlet runs in the thread of its request; there is no event loop; accepted: def, or a stack of Python"
	check.Equal(t, "refusal", err != nil && strings.Contains(err.Error(), want), true)
}
