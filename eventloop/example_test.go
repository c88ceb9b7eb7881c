package eventloop_test

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
)

// echo is a connection that sends back what it receives.
type echo struct{ eventloop.Stream }

func newEcho(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	e := &echo{}
	e.Init(e)
	return &e.Stream
}

func (e *echo) ConnectionMade()           {}
func (e *echo) DataReceived(p []byte)     { e.Write(p) }
func (e *echo) EOFReceived() (stays bool) { return false }
func (e *echo) ConnectionLost()           {}
func (e *echo) PauseWriting()             { e.PauseReading() }
func (e *echo) ResumeWriting()            { e.ResumeReading() }

// A server in simulated time, on a simulated network. A real one has NewSystemClock as its clock and NewPoller as its
// poller, which adopts a listening socket.
func Example() {
	world := sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC))
	defer world.Close()
	listener := world.Listen(2048)
	world.Process(func(p *sim.Process) {
		loop := eventloop.New(eventloop.Uvloop017, p, p)
		if _, err := loop.Serve(p.Adopt(listener), newEcho, func(error, bool) {}); err != nil {
			fmt.Println(err)
		}
		if err := loop.Run(); err != nil {
			fmt.Println(err)
		}
	})
	client := world.Dial(2*time.Second, listener, "hello")
	world.Run(time.Hour)
	fmt.Println(client.First(), client.Text())
	// Output: 2s hello
}
