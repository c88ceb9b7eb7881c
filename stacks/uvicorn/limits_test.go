package uvicorn_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// limited is what --limit-concurrency sets.
func limited(n int, old bool) func(*uvicorn.Endpoint) {
	return func(s *uvicorn.Endpoint) {
		s.LimitConcurrency = n
		s.Unavailable = &http1.Answer{Status: 503, Body: "Service Unavailable", Lines: lines("content-type", "text/plain; charset=utf-8")}
		if !old {
			s.Unavailable.Lines = append(s.Unavailable.Lines, lines("content-length", "19")...)
		}
		s.Unavailable.Lines = append(s.Unavailable.Lines, lines("connection", "close")...)
	}
}

// lines makes header lines of names and values.
func lines(pairs ...string) (all []http1.Line) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, http1.Line{Name: pairs[i], Value: pairs[i+1]})
	}
	return all
}

// withLimit runs a test for each class with a limit of n.
func withLimit(t *testing.T, n int, test func(h *house)) {
	t.Helper()
	each(t, []class{h11021, httptools021}, test, limited(n, true))
	each(t, []class{h11054, httptools054}, test, limited(n, false))
}

// The older release gives no length, so that each class frames the answer in its own way; and the connection that asks
// counts, so that a limit of 1 refuses every request.
func TestAnswerOverTheConcurrencyLimit(t *testing.T) {
	const text, chunks = "Service Unavailable", "13\r\nService Unavailable\r\n0\r\n\r\n"
	type answer struct{ lines, body string }
	tests := []struct {
		name, request                        string
		h11021, httptools021, h11, httptools answer
	}{
		{
			"1.1", get("/"),
			answer{"connection: close\nTransfer-Encoding: chunked\n", chunks},
			answer{"connection: close\ntransfer-encoding: chunked\n", chunks},
			answer{"content-length: 19\nconnection: close\n", text},
			answer{"content-length: 19\nconnection: close\n", text},
		},
		{
			"1.1 with close", get("/", "Connection: close"),
			answer{"Transfer-Encoding: chunked\nConnection: close\n", chunks},
			answer{"connection: close\ntransfer-encoding: chunked\n", chunks},
			answer{"content-length: 19\nConnection: close\n", text},
			answer{"content-length: 19\nconnection: close\n", text},
		},
		{
			"1.0", ask("GET / HTTP/1.0"),
			answer{"Connection: close\n", text},
			answer{"connection: close\ntransfer-encoding: chunked\n", chunks},
			answer{"content-length: 19\nConnection: close\n", text},
			answer{"content-length: 19\nconnection: close\n", text},
		},
		{
			"0.9", ask("GET / HTTP/0.9"),
			answer{"Connection: close\n", text},
			answer{"connection: close\ntransfer-encoding: chunked\n", chunks},
			answer{"content-length: 19\nConnection: close\n", text},
			answer{"content-length: 19\nconnection: close\n", text},
		},
		{
			"HEAD", ask("HEAD / HTTP/1.1"),
			answer{"connection: close\nTransfer-Encoding: chunked\n", ""},
			answer{"connection: close\n", ""},
			answer{"content-length: 19\nconnection: close\n", ""},
			answer{"content-length: 19\nconnection: close\n", ""},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			withLimit(t, 1, func(h *house) {
				want := map[string]answer{
					h11021.name: test.h11021, httptools021.name: test.httptools021, h11054.name: test.h11, httptools054.name: test.httptools,
				}[h.class.name]
				c := h.Send(0, test.request)
				h.Run(hour)
				check.Equal(h.t, "client", story(c),
					came(0, reply("503 Service Unavailable", "content-type: text/plain; charset=utf-8\n"+want.lines, want.body))+closed(0))
				check.Equal(h.t, "warning", h.Lines[0], "0s WARNING Exceeded concurrency limit.")
				check.Equal(h.t, "lines in the log", len(h.Lines), 2)
			})
		})
	}
}

// A limit of 5 serves 4: connections count, idle and silent ones too.
func TestConcurrencyLimitCountsConnections(t *testing.T) {
	withLimit(t, 5, func(h *house) {
		for range 3 {
			h.Send(0, "")
		}
		fourth, fifth := h.Send(1*second, get("/nope")), h.Send(2*second, get("/nope"))
		sixth := h.Send(3*second, get("/nope"))
		h.Run(4 * second)
		check.Equal(h.t, "fourth", status(fourth), "404")
		check.Equal(h.t, "fifth", status(fifth), "503")
		check.Equal(h.t, "the next, as the fifth was closed", status(sixth), "503")
	})
}

// Eight that are connected before they ask: each refusal frees a place.
func TestConcurrencyLimitOnABurst(t *testing.T) {
	withLimit(t, 5, func(h *house) {
		var clients []*sim.Client
		for i := range 8 {
			clients = append(clients, h.Send(0, ""))
			h.Then(second+time.Duration(i)*10*millisecond, clients[i], get("/?for=1s"))
		}
		h.Run(5 * second)
		var got strings.Builder
		for _, c := range clients {
			got.WriteString(status(c) + " ")
		}
		check.Equal(h.t, "answers", got.String(), "503 503 503 503 200 200 200 200 ")
	})
}

// Requests whose clients have left count as well, as long as they run.
func TestConcurrencyLimitCountsWorkForNobody(t *testing.T) {
	withLimit(t, 5, func(h *house) {
		for i := range 5 {
			c := h.Send(time.Duration(i)*10*millisecond, "")
			h.Then(time.Duration(i)*10*millisecond, c, get("/?for=9s"))
			h.At(time.Duration(i)*10*millisecond+5*millisecond, c.CloseWrite)
		}
		during, after := h.Send(1*second, get("/nope")), h.Send(10*second, get("/nope"))
		h.Run(11 * second)
		check.Equal(h.t, "running requests", h.endpoint.Tasks, 0)
		check.Equal(h.t, "while five work", status(during), "503")
		check.Equal(h.t, "afterwards", status(after), "404")
	})
}

// A request that waits for another one is no task yet, but was judged when
// it was parsed.
func TestConcurrencyLimitAndPipelining(t *testing.T) {
	withLimit(t, 2, func(h *house) {
		c := h.Send(0, get("/?for=1s")+get("/nope"))
		other := h.Send(500*millisecond, get("/nope"))
		h.Run(5 * second)
		check.Equal(h.t, "two connections", status(other), "503")
		check.Equal(h.t, "pipelined", story(c), came(1*second, hello+notFound)+open)
	})
}
