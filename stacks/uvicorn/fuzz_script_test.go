package uvicorn_test

import (
	"strings"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// op is what happens next in a script: each is a byte, followed by a byte of
// argument. They happen to the client that connected last, unless it says so.
type op byte

const (
	opSend     op = iota // the fragment of that number
	opHalves             // its halves, in two reads
	opBytes              // send n bytes, which follow
	opPass               // the moment of that number, from now
	opConnect            // another client
	opTurn               // to the client of that number
	opEnd                // half-close
	opReset              // reset
	opLeave              // close both ways
	opStop               // read at most n hundred more bytes
	opRead               // and read again
	opHandle             // requests to come are handled in the manner of that number
	opFirst              // the oldest request held is done
	opLast               // the newest
	opShutdown           // the operator stops the service
	opCancel             // and loses patience
	ops
)

// moments are what a script can let pass.
var moments = []time.Duration{
	0, time.Microsecond, time.Second, 3 * time.Second, 5*time.Second - 1, 5 * time.Second, 5*time.Second + 1, 10 * time.Second, time.Minute,
}

// fragments are what a script can send without spelling it out.
var fragments = []string{
	get("/"), get("/a%0d%0a%41?b=c#d"), ask("HEAD / HTTP/1.1"), get("/", "Connection: close"), get("/", "Connection: Close, x"),
	ask("GET / HTTP/1.0"), ask("GET / HTTP/1.0", "Connection: keep-alive"), ask("HEAD / HTTP/1.0"), ask("GET / HTTP/2.0"),
	ask("POST / HTTP/1.1", "Content-Length: 5"), "hello", ask("POST / HTTP/1.1", "Content-Length: 5") + "hello",
	ask("POST / HTTP/1.1", "Transfer-Encoding: chunked"), "3\r\nabc\r\n", "0\r\n\r\n", "0\r\nX: y\r\n\r\n", "3\r\nabcd",
	ask("POST / HTTP/1.1", "Expect: 100-continue", "Content-Length: 5"),
	ask("POST / HTTP/1.1", "Content-Length: 150000"), strings.Repeat("x", 40000), strings.Repeat("x", 17<<10),
	get("/", "Connection: upgrade", "Upgrade: x"), get("/", "Connection: upgrade, close", "Upgrade: x"), get("/", "Upgrade: h2c"),
	ask("CONNECT h:80 HTTP/1.1"), ask("OPTIONS * HTTP/1.1"), ask("PRI * HTTP/2.0") + "SM\r\n\r\n",
	get("/", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"),
	ask("POST / HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Content-Length: 5"),
	"GET", " / HTTP/1.1\r\n", "Host: x\r\n", "\r\n", "\n", "\x00", "Connection: close\r\n", "Content-Length: 3\r\n",
	"Transfer-Encoding: chunked\r\n", "X-Forwarded-For: 1.2.3.4, 127.0.0.1\r\nX-Forwarded-Proto: ws\r\n",
	strings.Repeat(get("/"), 6), "X: " + strings.Repeat("y", 900) + "\r\n", strings.Repeat(ask("HEAD /x HTTP/1.1"), 5) + "junk\r\n\r\n",
}

// scripts are where FuzzConn begins.
var scripts = [][]byte{
	{byte(opSend), 0},
	{byte(opHandle), byte(untilTold), byte(opSend), 0, byte(opHalves), 0, byte(opPass), 2, byte(opFirst), 0, byte(opFirst), 0},
	{byte(opHandle), byte(soonDone), byte(opSend), 9, byte(opPass), 2, byte(opSend), 10, byte(opSend), 3, byte(opPass), 8},
	{byte(opHandle), byte(lateDone), byte(opSend), 2, byte(opPass), 2, byte(opEnd), 0, byte(opPass), 8},
	{byte(opHandle), byte(large), byte(opStop), 1, byte(opSend), 40, byte(opPass), 2, byte(opRead), 0, byte(opPass), 8},
	{byte(opHandle), byte(large), byte(opStop), 1, byte(opSend), 40, byte(opPass), 2, byte(opReset), 0},
	{byte(opHandle), byte(inChunks), byte(opSend), 2, byte(opSend), 12, byte(opSend), 13, byte(opSend), 15, byte(opSend), 34},
	{byte(opHandle), byte(untilTold), byte(opSend), 0, byte(opConnect), 0, byte(opSend), 0, byte(opPass), 2, byte(opShutdown), 0, byte(opPass), 2, byte(opCancel), 0},
	{byte(opHandle), byte(untilTold), byte(opSend), 21, byte(opSend), 0, byte(opPass), 1, byte(opSend), 34, byte(opTurn), 0, byte(opLeave), 0, byte(opLast), 0},
	{byte(opHandle), byte(echoes), byte(opSend), 27, byte(opConnect), 0, byte(opSend), 18, byte(opSend), 19, byte(opPass), 1, byte(opSend), 19},
	{byte(opHandle), byte(inFirstStep), byte(opSend), 0, byte(opPass), 4, byte(opBytes), 3, 'G', 'E', 'T', byte(opPass), 3, byte(opConnect), 0},
	{byte(opHandle), byte(closing), byte(opSend), 40, byte(opHandle), byte(noContent), byte(opPass), 5, byte(opSend), 41},
}

// cancelled is how the end of a request shows in the log that the operator lost
// patience with.
const cancelled = "cancelled"

// mostOps bounds a script.
const mostOps = 60

// perform enters a script into the agenda of the world and lets it run.
func (p *play) perform(script []byte) {
	at := time.Duration(0)
	c := p.connect(at)
	for range mostOps {
		if len(script) < 2 {
			break
		}
		do, arg := op(script[0])%ops, script[1]
		script = script[2:]
		switch do {
		case opBytes:
			n := min(int(arg%64), len(script))
			p.send(c, at, string(script[:n]))
			script = script[n:]
		case opHalves:
			text := fragments[int(arg)%len(fragments)]
			p.send(c, at, text[:len(text)/2])
			at += time.Nanosecond
			p.send(c, at, text[len(text)/2:])
		case opPass:
			at += moments[int(arg)%len(moments)]
		case opConnect:
			if len(p.clients) < 4 {
				c = p.connect(at)
			}
		case opTurn:
			c = p.clients[int(arg)%len(p.clients)]
		default:
			p.At(at, func() { p.do(do, arg, c) })
		}
	}
	p.Run(at)
}

func (p *play) send(c *peer, at time.Duration, text string) { p.At(at, func() { c.say(text) }) }

// say sends bytes, if the client still can.
func (c *peer) say(text string) {
	if !c.ended {
		c.Send(text)
	}
}

// do lets one thing happen now.
func (p *play) do(do op, arg byte, c *peer) {
	switch do {
	case opSend:
		c.say(fragments[int(arg)%len(fragments)])
	case opEnd:
		c.ended = true
		c.CloseWrite()
	case opReset:
		c.ended, c.left = true, true
		c.Abort()
	case opLeave:
		c.ended, c.left = true, true
		c.Close()
	case opStop:
		c.slow = true
		c.StopReading(100 * int(arg))
	case opRead:
		c.StartReading()
	default:
		p.loop.Post(eventloop.Func(func() { p.operate(do, arg) }))
	}
}

// operate is what happens in a step of the loop.
func (p *play) operate(do op, arg byte) {
	switch do {
	case opHandle:
		p.manner = manner(arg) % manners
	case opFirst, opLast:
		i := 0
		if do == opLast {
			i = len(p.held) - 1
		}
		if len(p.held) > 0 {
			r := p.held[i]
			p.held = append(p.held[:i:i], p.held[i+1:]...)
			r.complete()
		}
	case opShutdown:
		p.endpoint.Shutdown()
	case opCancel:
		working := 0 // of requests that have had their first step
		for _, r := range p.requests {
			if r.begun && !r.over {
				r.over = true
				working++
			}
		}
		p.unheard = p.unheard || p.endpoint.Tasks > working
		p.endpoint.Cancel(p.class.behaviour.ServerError, func(*uvicorn.Cycle) string { return cancelled })
	}
}
