package memnet_test

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/memnet"
)

// greeter is a connection that greets its client and closes.
type greeter struct{ eventloop.Stream }

func newGreeter(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	g := &greeter{}
	g.Init(g)
	return &g.Stream
}

func (g *greeter) ConnectionMade() {
	g.WriteString("hello")
	g.Close()
}
func (g *greeter) DataReceived([]byte)       {}
func (g *greeter) EOFReceived() (stays bool) { return false }
func (g *greeter) ConnectionLost()           {}
func (g *greeter) PauseWriting()             {}
func (g *greeter) ResumeWriting()            {}

func Example() {
	network := memnet.New()
	loop := eventloop.New(eventloop.Asyncio, eventloop.NewSystemClock(), network)
	if _, err := loop.Serve(network.Listen(2048), newGreeter, func(error, bool) {}); err != nil {
		fmt.Println(err)
	}
	over := make(chan error)
	go func() { over <- loop.Run() }()

	conn, err := network.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	greeting := make([]byte, 5)
	n, err := conn.Read(greeting)
	fmt.Println(string(greeting[:n]), err)

	loop.Post(eventloop.Func(loop.Stop))
	fmt.Println(<-over, network.Release())
	// Output:
	// hello <nil>
	// <nil> <nil>
}
