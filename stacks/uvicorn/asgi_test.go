package uvicorn_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// application is an ASGI application: what its task does from its first step on.
type application func(x http1.ASGI)

// served builds an endpoint of a class on asyncio that runs an application for each request. It may read the bodies.
func served(t *testing.T, c class, run application) *servertest.Endpoint {
	var e *servertest.Endpoint
	handle := func(x http1.Exchange, _ *http1.Head) {
		asgi := x.(http1.ASGI)
		asgi.KeepBody()
		x.Hold(eventloop.Func(func() { run(asgi) }))
	}
	e = servertest.Open(t, eventloop.Asyncio, handle, func(host *http1.Host) http1.Endpoint {
		endpoint := &uvicorn.Endpoint{Class: &c.behaviour, Host: host}
		endpoint.SetDefaults()
		return endpoint
	})
	return e
}

// send sends messages that do not suspend, and then ends the task, by the exception if one is raised.
func send(x http1.ASGI, messages ...http1.Message) {
	for _, m := range messages {
		if _, exception := x.Send(m, nil); exception != "" {
			x.End(exception)
			return
		}
	}
	x.End("")
}

func head(lines ...http1.Line) http1.Message {
	return http1.Message{Start: &http1.Answer{Status: 200, Lines: lines}}
}

func bodyPart(text string, more bool) http1.Message {
	return http1.Message{Body: []byte(text), More: more}
}

// A body that is longer or shorter than its head says raises an exception, which ends the connection.
func TestBodyOfAnotherLength(t *testing.T) {
	for _, c := range classes {
		for text, want := range map[string]string{"too long": "long", "hi": "short"} {
			e := served(t, c, func(x http1.ASGI) {
				send(x, head(http1.Line{Name: "content-length", Value: "4"}), bodyPart(text, false))
			})
			client := e.Send(0, get("/"))
			e.Run(time.Second)
			errors := map[string]string{"long": c.behaviour.TooLong, "short": c.behaviour.TooShort}
			e.Logged("0s GET / HTTP/1.1 200", "0s ERROR "+errors[want])
			check.Equal(t, c.name+": closed at", client.Ended, time.Duration(0))
		}
	}
}

// A task that ends before its answer does ends the connection too.
func TestAnswerIsNotCompleted(t *testing.T) {
	for _, c := range classes {
		e := served(t, c, func(x http1.ASGI) { send(x, head(), bodyPart("part", true)) })
		client := e.Send(0, get("/"))
		e.Run(time.Second)
		e.Logged("0s GET / HTTP/1.1 200", "0s ERROR ASGI callable returned without completing response.")
		check.Equal(t, c.name, story(client), came(0, "HTTP/1.1 200 OK\r\n"+map[bool]string{true: "Transfer-Encoding"}[c.h11]+
			map[bool]string{false: "transfer-encoding"}[c.h11]+": chunked\r\n\r\n4\r\npart\r\n")+closed(0))
	}
}

// What a client sends is received in parts; 100 Continue comes when the application first asks, and its leaving last.
func TestReceive(t *testing.T) {
	for _, c := range classes {
		var got []string
		var listen func(http1.ASGI) func(http1.Received)
		e := served(t, c, func(x http1.ASGI) { x.Receive(listen(x)) })
		listen = func(x http1.ASGI) func(http1.Received) {
			return func(r http1.Received) {
				got = append(got, fmt.Sprintf("%v %q more %v left %v", e.Now(), r.Body, r.More, r.Disconnect))
				if r.Disconnect {
					x.Reply(&http1.Answer{Status: 200})
					x.End("")
					return
				}
				x.Receive(listen(x))
			}
		}
		client := e.Send(0, ask("POST / HTTP/1.1", "Content-Length: 6", "Expect: 100-continue"))
		e.Then(time.Millisecond, client, "abc")
		e.Then(2*time.Millisecond, client, "def")
		e.At(3*time.Millisecond, client.Abort)
		e.Run(time.Second)
		check.Equal(t, c.name, fmt.Sprint(got), `[1ms "abc" more true left false 2ms "def" more false left false 3ms "" more false left true]`)
		check.Equal(t, c.name, client.Text(), "HTTP/1.1 100 Continue\r\n\r\n")
	}
}
