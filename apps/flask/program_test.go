package flask_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/flask"
	"github.com/target-server/target-server/stacks/gunicorn"
	"github.com/target-server/target-server/stacks/waitress"
)

// serve starts a stack with a program.
func serve(t *testing.T, stack *server.Stack, text string, change ...func(*config.Config)) *servertest.World {
	t.Helper()
	p, err := program.Read("test.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return servertest.New(t, stack, append(change, func(c *config.Config) { c.Program = p })...)
}

// answers lists the status of each client's answer and when it came.
func answers(clients []*sim.Client) string {
	all := make([]string, len(clients))
	for i, c := range clients {
		status, _, _ := strings.Cut(servertest.Answer(c), " ")
		all[i] = fmt.Sprintf("%s %v", status, c.First())
	}
	return strings.Join(all, ", ")
}

// burst sends n requests, one every gap.
func burst(w *servertest.World, n int, gap time.Duration, line string) []*sim.Client {
	clients := make([]*sim.Client, n)
	for i := range clients {
		clients[i] = w.Send(time.Duration(i)*gap, line+" HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	return clients
}

const steps = `
routes:
  GET /items/{id}:
    parameters: {id: int}
    def: [{log: "item {id}, line {counter}"}, {sleep: 10ms}, {repeat: 2, do: [{sleep: 5ms}, {log: again}]}, {share: 0%, do: [{raise: KeyError}]}]
    body: '"{id}"'
  GET /busy: {def: [{sleep: 5ms}, {raise: 503}]}
  GET /odd: {def: [{raise: 402}]}
  GET /broken: {def: [{raise: ValueError}]}
`

// The steps run in the connection's thread, and what they raise is answered as Flask does.
func TestSteps(t *testing.T) {
	for _, stack := range []*server.Stack{flask.Stack202303(), flask.StackCurrent()} {
		w := serve(t, stack, steps)
		good := w.Send(0, servertest.Request("/items/007"))
		busy := w.Send(time.Second, servertest.Request("/busy"))
		odd := w.Send(2*time.Second, servertest.Request("/odd"))
		broken := w.Send(3*time.Second, servertest.Request("/broken"))
		w.Run(time.Minute)
		check.Equal(t, "times", answers([]*sim.Client{good, busy, odd, broken}), "200 20ms, 503 1.005s, 500 2s, 500 3s")
		w.Printed(
			"0s item 7, line 1 on Thread-1 (process_request_thread)", "15ms again on Thread-1 (process_request_thread)",
			"20ms again on Thread-1 (process_request_thread)", "20ms GET /items/007 200", "1.005s GET /busy 503",
			"2s : [2023-03-18 12:00:02,000] ERROR in app: Exception on /odd [GET]", "2s GET /odd 500",
			"3s : [2023-03-18 12:00:03,000] ERROR in app: Exception on /broken [GET]", "3s GET /broken 500")
		said := strings.Join(w.Workers[0].Said, "\n")
		check.Equal(t, "what abort raises", strings.Contains(said, "\nLookupError: no exception for 402"), true)
		check.Equal(t, "what the step raises", strings.Contains(said, "\nValueError"), true)
	}
}

const pooled = `
pools: {db: {size: 2, overflow: 1, timeout: 1s}}
routes: {GET /: {def: [{query: 400ms}, {sleep: 100ms}]}}
`

// Connections are taken inside the view function, by threads: waiters get one oldest first, or a TimeoutError, and so 500.
func TestPoolInThreads(t *testing.T) {
	w := serve(t, flask.StackCurrent(), pooled)
	clients := burst(w, 10, time.Millisecond, "GET /")
	w.Run(time.Minute)
	check.Equal(t, "answers", answers(clients),
		"200 500ms, 200 501ms, 200 502ms, 200 900ms, 200 901ms, 200 902ms, 200 1.3s, 200 1.301s, 200 1.302s, 500 1.009s")
	check.Equal(t, "exception", strings.Contains(strings.Join(w.Workers[0].Said, "\n"),
		"sqlalchemy.exc.TimeoutError: QueuePool limit of size 2 overflow 1 reached, connection timed out, timeout 1.00 "), true)
}

// With fewer threads than connections, requests wait for a thread: four on waitress, and one on gunicorn's sync worker.
func TestThreadsBoundWhatQueries(t *testing.T) {
	w := serve(t, waitress.StackCurrent(), pooled)
	clients := burst(w, 6, time.Millisecond, "GET /")
	w.Run(time.Minute)
	check.Equal(t, "waitress", answers(clients), "200 500ms, 200 501ms, 200 502ms, 200 900ms, 200 1s, 200 1.001s")
	w = serve(t, gunicorn.Sync202303(), pooled)
	clients = burst(w, 3, time.Millisecond, "GET /")
	w.Run(time.Minute)
	check.Equal(t, "gunicorn", answers(clients), "200 500ms, 200 1s, 200 1.5s")
}

// Gunicorn sends no field that concerns the connection alone.
func TestOnGunicorn(t *testing.T) {
	w := serve(t, gunicorn.SyncCurrent(), "routes: {GET /: {def: [], headers: {te: a, proxy-authenticate: b, x-c: d}}}")
	c := w.Send(0, servertest.Request("/"))
	w.Run(time.Minute)
	check.Equal(t, "answer", servertest.Answer(c), "200 OK|Connection: close|x-c: d|Content-Type: application/json|Content-Length: 4||null")
}

// Waitress capitalizes the names of fields, sorts them, and closes after an answer without a length. Its threads serve in
// turn, and its logging is set up before Flask's.
func TestOnWaitress(t *testing.T) {
	w := serve(t, waitress.StackCurrent(), `
routes:
  GET /: {def: [{log: "{counter}"}], status: 204, headers: {x-ab-c: d}}
  GET /broken: {def: [{raise: KeyError}]}
  GET /dir/: {def: []}
`)
	clients := burst(w, 5, time.Second, "GET /")
	w.Send(10*time.Second, "GET /broken HTTP/1.0\r\n\r\n")
	slash := w.Send(11*time.Second, "GET /dir HTTP/1.0\r\n\r\n")
	w.Run(time.Minute)
	check.Equal(t, "answer", servertest.Answer(clients[0]), "204 NO CONTENT|Connection: close|Content-Type: text/html; charset=utf-8|X-Ab-C: d||")
	check.Equal(t, "closed at", clients[0].Ended, 0*time.Second)
	w.Printed("0s 1 on waitress-0", "0s GET / 204", "1s 2 on waitress-1", "1s GET / 204", "2s 3 on waitress-2", "2s GET / 204",
		"3s 4 on waitress-3", "3s GET / 204", "4s 5 on waitress-0", "4s GET / 204",
		"10s : ERROR:app:Exception on /broken [GET]", "10s GET /broken 500", "11s GET /dir 308")
	check.Equal(t, "redirect", strings.Contains(servertest.Answer(slash), "|Location: http://waitress.invalid"), true)
}
