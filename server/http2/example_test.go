package http2_test

import (
	"fmt"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/http2"
)

// greeter answers every request, and prints how many bytes it sends.
type greeter struct {
	conn  *http2.Conn
	steps []func()
}

func (g *greeter) Request(stream uint32, h *http1.Head) (waits bool) {
	fmt.Printf("stream %d: %s %s\n", stream, h.Method, h.Target)
	g.conn.Expect(stream)
	g.conn.Respond(stream, 200, []http1.Line{{Name: "content-type", Value: "text/plain"}}, "hello", func(sent bool) {
		fmt.Println("sent:", sent)
	})
	return false
}

func (g *greeter) Body(uint32, []byte, bool) (waits bool) { return false }
func (g *greeter) Reset(uint32)                           {}
func (g *greeter) Send(p []byte)                          { fmt.Println("send", len(p), "bytes") }
func (g *greeter) Full() bool                             { return false }
func (g *greeter) Writes() int                            { return 0 }
func (g *greeter) Buffers(int) (room bool)                { return true }
func (g *greeter) Paused()                                {}
func (g *greeter) Soon(step func())                       { g.steps = append(g.steps, step) }
func (g *greeter) Failed()                                { fmt.Println("close") }

func ExampleConn() {
	g := &greeter{}
	g.conn = http2.New(g, http2.V44)
	g.conn.Start()
	g.conn.Receive([]byte(http2.Preface))
	// HEADERS of stream 1, the whole request: GET http://localhost/
	g.conn.Receive([]byte("\x00\x00\x0e\x01\x05\x00\x00\x00\x01" + "\x82\x84\x86\x41\x09localhost"))
	for len(g.steps) > 0 { // a loop would do this
		step := g.steps[0]
		g.steps = g.steps[1:]
		step()
	}
	// Output:
	// send 51 bytes
	// stream 1: GET /
	// send 19 bytes
	// send 14 bytes
	// send 9 bytes
	// sent: true
}
