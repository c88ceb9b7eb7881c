package hypercorn_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
)

const streaming = `
routes:
  GET /: {stream: true, def: [{repeat: 3, do: [{sleep: 100ms}, {log: part}, {send: 4B}]}], background: [{def: [{log: task}]}]}
  GET /big: {stream: true, def: [{repeat: 4, do: [{log: part}, {send: 20KiB}, {sleep: 100ms}]}]}
  GET /fails: {stream: true, def: [{send: 4B}, {sleep: 100ms}, {raise: ValueError}]}
  GET /quick: {async: []}
`

// sent is what came, without heads.
func sent(c *sim.Client) string {
	var b strings.Builder
	for _, p := range c.Pieces {
		b.WriteString(p.Text)
	}
	_, body, _ := strings.Cut(b.String(), "\r\n\r\n")
	return fmt.Sprintf("%q", body)
}

// A stream in HTTP/1.1 is chunked, and one in HTTP/1.0 ends with the connection. On trio neither is followed by the
// connection's end, nor by an idle time: Starlette cancels the task that would do it.
func TestAStreamInParts(t *testing.T) {
	describe(t, streaming, func(t *testing.T, d *described) {
		chunked := d.Send(0, servertest.Request("/"))
		closing := d.Send(0, servertest.Request("/", "Connection: close"))
		old := d.Send(0, "GET / HTTP/1.0\r\n\r\n")
		d.Run(time.Minute)
		const parts = `4\r\nxxxx\r\n4\r\nxxxx\r\n4\r\nxxxx\r\n0\r\n\r\n`
		check.Equal(t, "chunked", sent(chunked), `"`+parts+`"`)
		check.Equal(t, "with Connection: close", sent(closing), `"`+parts+`"`)
		check.Equal(t, "in HTTP/1.0", sent(old), `"xxxxxxxxxxxx"`)
		ends := []string{"5.3s closed", "300ms closed", "300ms closed"}
		if d.trio {
			ends = []string{"open", "open", "open"}
		}
		for i, c := range []*sim.Client{chunked, closing, old} {
			check.Equal(t, "end", servertest.Ending(c), ends[i])
		}
		check.Equal(t, "outcomes", d.Outcomes(), " 200 answered,  200 answered,  200 answered")
	})
}

// A client that leaves ends the stream at the part that is being made, if the server notices: the older version does only
// when it writes.
func TestAClientLeavesAStream(t *testing.T) {
	describe(t, streaming, func(t *testing.T, d *described) {
		c := d.Send(0, servertest.Request("/"))
		d.At(150*time.Millisecond, c.CloseWrite)
		d.Run(time.Minute)
		want := []string{"100ms part on THREAD", "150ms GET / 0", "200ms part on THREAD", "200ms task on THREAD"}
		if d.old {
			want = []string{
				"100ms part on THREAD", "200ms part on THREAD", "300ms part on THREAD", "300ms GET / 200",
				"300ms task on THREAD",
			}
		}
		d.printed(t, want...)
	})
}

// sizes are the frames that came since, without heads and settings.
func sizes(c *sim.Client, since time.Duration) string {
	var all []string
	for _, f := range h2Seen(c) {
		if f.at >= since && !strings.HasPrefix(f.what, "SETTINGS") && !strings.HasPrefix(f.what, "HEADERS") {
			all = append(all, f.what)
		}
	}
	return strings.Join(all, ", ")
}

// A stream that waits for its window holds up no other, and its parts are made all the same.
func TestAStreamThatWaitsForItsWindow(t *testing.T) {
	describe(t, streaming, func(t *testing.T, d *described) {
		c := d.Send(0, http2.ClientPreface+h2Window(10)+h2Get(1, "GET", "/big", true))
		d.Then(500*time.Millisecond, c, h2Get(3, "GET", "/quick", true))
		d.Then(time.Second, c, h2More(0, 1<<20)+h2Window(1<<20))
		d.Run(3 * time.Second)
		check.Equal(t, "frames", sizes(c, 0),
			"DATA 10/1, DATA 4/3, DATA 0 END/3, "+strings.Repeat("DATA 16384/1, ", 4)+"DATA 16374/1, DATA 0 END/1")
		lines := []string{
			"0s part on THREAD", "100ms part on THREAD", "200ms part on THREAD", "300ms part on THREAD",
			"500ms GET /quick 200", "1s GET /big 200",
		}
		if d.old { // the access line comes before the end, which waits
			lines = append(lines[:4], "400ms GET /big 200", "500ms GET /quick 200")
		}
		d.printed(t, lines...)
	})
}

// Streams take turns, and one whose generator has raised an exception has no end.
func TestStreamsTakeTurns(t *testing.T) {
	describe(t, streaming, func(t *testing.T, d *described) {
		c := d.Send(0, http2.ClientPreface+h2Settings()+h2Get(1, "GET", "/", true)+h2Get(3, "GET", "/", true)+
			h2Get(5, "GET", "/fails", true))
		d.Run(2 * time.Second)
		check.Equal(t, "frames", sizes(c, 150*time.Millisecond),
			"DATA 4/1, DATA 4/3, DATA 4/1, DATA 4/3, DATA 0 END/1, DATA 0 END/3")
	})
}

// A client that resets a stream ends it at the part that is being made.
func TestAClientResetsAStream(t *testing.T) {
	describe(t, streaming, func(t *testing.T, d *described) {
		c := d.Send(0, http2.ClientPreface+h2Settings()+h2Get(1, "GET", "/", true))
		d.Then(150*time.Millisecond, c, h2Reset(1))
		d.Run(time.Minute)
		check.Equal(t, "frames", sizes(c, 0), "DATA 4/1")
		want := []string{"100ms part on THREAD", "150ms GET / 0", "200ms part on THREAD", "200ms task on THREAD"}
		if d.old {
			want = append(want[:1:1], want[2:]...)
		}
		d.printed(t, want...)
		check.Equal(t, "outcomes", d.Outcomes(), " 0 client left")
	})
}
