package servertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
)

// T is as much of a *testing.T as a world needs.
type T interface {
	check.T
	Error(args ...any)
	Cleanup(f func())
}

// Noon is when every world begins, by its wall clock. Python's datetime leaves out its fraction, which is 0.
var Noon = time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC)

// Net is simulated time and network with one listening socket.
type Net struct {
	*sim.World
	Listener *sim.Listener
	t        T
}

func newNet(t T, backlog int) Net {
	w := sim.NewWorld(Noon)
	t.Cleanup(w.Close)
	return Net{World: w, Listener: w.Listen(backlog), t: t}
}

// Send has a client connect and send bytes at a moment.
func (n *Net) Send(at time.Duration, text string) *sim.Client { return n.Dial(at, n.Listener, text) }

// Get has a client connect and ask for /?id=id at a moment.
func (n *Net) Get(at time.Duration, id int) *sim.Client { return n.Send(at, ask(id)) }

// Then has a client send more bytes at a moment.
func (n *Net) Then(at time.Duration, c *sim.Client, text string) { n.At(at, func() { c.Send(text) }) }

// Deaf has a client connect that asks n times and reads none of it beyond room bytes. It asks a millisecond apart:
// gthread of gunicorn 20 overlooks requests that come together.
func (n *Net) Deaf(room, requests int) *sim.Client {
	c := n.Connect(n.Listener)
	c.StopReading(room)
	for i := range requests {
		n.Then(time.Duration(i)*time.Millisecond, c, ask(i))
	}
	return c
}

func ask(id int) string {
	return fmt.Sprintf("GET /?id=%d HTTP/1.1\r\nHost: localhost:8080\r\n\r\n", id)
}

// Request is a GET for a target, with further header lines.
func Request(target string, lines ...string) string {
	return "GET " + target + " HTTP/1.1\r\n" + strings.Join(append([]string{"Host: x"}, lines...), "\r\n") + "\r\n\r\n"
}

// Answer is the first answer that a client received, with "|" in place of line ends: from its status
// on, without its date and the name of the server.
func Answer(c *sim.Client) string {
	head, body, _ := strings.Cut(strings.TrimPrefix(c.Text(), "HTTP/1.1 "), "\r\n\r\n")
	lines := slices.DeleteFunc(strings.Split(head, "\r\n"), func(line string) bool {
		name, _, _ := strings.Cut(strings.ToLower(line), ":")
		return name == "date" || name == "server"
	})
	if head == "" {
		return ""
	}
	return strings.Join(append(lines, "", strings.ReplaceAll(body, "\r\n", "|")), "|")
}

// Ending is how a client's connection ended: "open", "5s closed" or "5s reset".
func Ending(c *sim.Client) string {
	switch {
	case c.Ended == sim.Never:
		return "open"
	case c.Reset:
		return fmt.Sprintf("%v reset", c.Ended)
	}
	return fmt.Sprintf("%v closed", c.Ended)
}

// Both runs a test at both vintages.
func Both(t *testing.T, test func(t *testing.T, vintage string)) {
	t.Helper()
	for _, vintage := range []string{config.Vintage202303, config.VintageCurrent} {
		t.Run(vintage, func(t *testing.T) { test(t, vintage) })
	}
}
