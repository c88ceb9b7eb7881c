package fastapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
)

const ms = time.Millisecond

// pieces lists what came after an answer's head, and when.
func pieces(c *sim.Client) string {
	var all []string
	for i := 0; i < len(c.Pieces); {
		at, text := c.Pieces[i].At, ""
		for ; i < len(c.Pieces) && c.Pieces[i].At == at; i++ {
			text += c.Pieces[i].Text
		}
		if _, body, headed := strings.Cut(text, "\r\n\r\n"); headed && strings.HasPrefix(text, "HTTP/") {
			text = body
		}
		all = append(all, fmt.Sprintf("%v %q", at, text))
	}
	return strings.Join(all, ", ")
}

const oneByOne = `
routes:
  GET /def: {stream: true, def: [{repeat: 2, do: [{sleep: 100ms}, {send: 2B}]}, {log: end}], background: [{def: [{log: task}]}]}
  GET /async: {stream: true, async: [{repeat: 2, do: [{sleep: 100ms}, {send: 2B}]}, {log: end}], background: [{async: [{log: task}]}]}
`

// A def generator waits for a thread for each of its chunks, and for its end; an async one for none.
func TestChunksTakeATokenEach(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, oneByOne, limit(1))
		first := w.Send(0, servertest.Request("/def"))
		w.Send(10*ms, servertest.Request("/def"))
		awaits := w.Send(20*ms, servertest.Request("/async"))
		w.Run(time.Minute)
		check.Equal(t, "def", pieces(first), `0s "", 100ms "2\r\nxx\r\n", 300ms "2\r\nxx\r\n", 400ms "0\r\n\r\n"`)
		check.Equal(t, "async", pieces(awaits), `20ms "", 120ms "2\r\nxx\r\n", 220ms "2\r\nxx\r\n0\r\n\r\n"`)
	})
}

// A client leaves: a thread goes on to its chunk, and no further one begins; a coroutine ends at once. Tasks run.
func TestClientLeavesAStream(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, oneByOne)
		for i, route := range []string{"/def", "/async"} {
			c := w.Send(0, servertest.Request(route))
			w.At(time.Duration(i+5)*10*ms, c.Abort)
		}
		w.Run(time.Minute)
		w.Printed("0s GET /def 200", "0s GET /async 200", "60ms task on MainThread", "100ms task on AnyIO worker thread")
		check.Equal(t, "outcomes", w.Outcomes(), " 0 client left,  0 client left")
	})
}

// A client leaves whose stream waits for a thread: it gives up its place.
func TestClientLeavesTheQueue(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, oneByOne+"  GET /work: {def: [{sleep: 1s}]}\n", limit(1))
		w.Send(0, servertest.Request("/work"))
		c := w.Send(10*ms, servertest.Request("/def"))
		w.At(50*ms, c.Abort)
		w.At(60*ms, func() { check.Equal(t, "waiting", w.Workers[0].Worker.Statistics().Waiting, 1) }) // its task
		w.Run(time.Minute)
		w.Printed("10ms GET /def 200", "1s GET /work 200", "1s task on AnyIO worker thread")
	})
}

const failing = `
dependencies:
  opened: {async: [], yield: true, exit: [{log: closed}]}
routes:
  GET /: {stream: true, depends: [opened], def: [{send: 1B}, {sleep: 10ms}, {raise: ValueError}], background: [{def: [{log: never}]}]}
  GET /events: {stream: sse, depends: [opened], async: [{send: 9B}, {sleep: 10ms}, {raise: ValueError}], background: [{def: [{log: never}]}]}
`

// An exception ends the connection in the midst of the answer. FastAPI's own events come to their end nevertheless.
func TestGeneratorFails(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, failing)
		chunks := w.Send(0, servertest.Request("/"))
		w.Run(time.Second)
		w.Printed("0s GET / 200", "10ms closed on MainThread", "10ms ERROR: Exception in ASGI application")
		check.Equal(t, "chunks", pieces(chunks), `0s "1\r\nx\r\n"`)
		check.Equal(t, "closed", chunks.Ended, 10*ms)

		w = serve(t, vintage, failing)
		events := w.Send(0, servertest.Request("/events"))
		w.Run(time.Second)
		end := map[string]string{config.VintageCurrent: `, 10ms "0\r\n\r\n"`}[vintage]
		check.Equal(t, "events", pieces(events), `0s "9\r\ndata: x\n\n\r\n"`+end)
	})
}

// An idle stream of events has comments, if FastAPI makes it.
func TestIdleEvents(t *testing.T) {
	for vintage, want := range map[string]string{
		config.Vintage202303:  `0s "9\r\ndata: x\n\n\r\n", 40s "0\r\n\r\n"`,
		config.VintageCurrent: `0s "9\r\ndata: x\n\n\r\n", 15s "8\r\n: ping\n\n\r\n", 30s "8\r\n: ping\n\n\r\n", 40s "0\r\n\r\n"`,
	} {
		w := serve(t, vintage, "routes: {GET /: {stream: sse, async: [{send: 9B}, {sleep: 40s}]}}")
		c := w.Send(0, servertest.Request("/"))
		w.Run(time.Minute)
		check.Equal(t, vintage, pieces(c), want)
	}
}

// A generator stops while its client does not read, and goes on when it does.
func TestSlowReader(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, "routes: {GET /: {stream: true, async: [{repeat: 100, do: [{log: chunk}, {send: 64KiB}]}, {log: end}]}}")
		deaf := w.Deaf(1000, 0)
		w.At(0, func() { deaf.Send(servertest.Request("/")) })
		w.At(ms, func() {
			check.Equal(t, "chunks", strings.Count(strings.Join(w.Workers[0].Lines, "\n"), "chunk") < 5, true)
		})
		w.At(time.Second, deaf.Abort)
		w.Run(time.Minute)
		check.Equal(t, "end", strings.Contains(strings.Join(w.Workers[0].Lines, "\n"), "end on"), vintage == config.VintageCurrent)
	})
}
