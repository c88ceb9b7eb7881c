package admin_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/server/admin"
)

// workers are no workers, which still remember requests.
type workers struct{ requests []admin.Request }

func (workers) Statistics(context.Context) ([]admin.Statistics, error)   { return nil, nil }
func (w workers) Requests(context.Context, int) ([]admin.Request, error) { return w.requests, nil }
func (workers) ReadLimit(string) (int, error)                            { return 4, nil }
func (workers) ReadSleep(text string) (distribution.Distribution, error) {
	return distribution.Parse(text)
}

func (workers) Server() admin.Server { return admin.Server{} }

func (workers) Live(context.Context, map[int]int64) ([]admin.LiveWorker, error) {
	return nil, nil
}

func (workers) Metrics(context.Context) (admin.Metrics, error)                { return admin.Metrics{}, nil }
func (workers) Do(context.Context, admin.Command) ([]admin.Statistics, error) { return nil, nil }

// listener returns the server ends of pipes.
type listener struct {
	net.Listener
	conns chan net.Conn
}

func (l listener) Accept() (net.Conn, error) {
	if conn, ok := <-l.conns; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}
func (l listener) Addr() net.Addr { return &net.TCPAddr{} }
func (l listener) Close() error   { return nil }

// A client keeps its connection, and thereby a descriptor of the process, only as
// long as it sends or reads: even one whose body never comes.
func TestSlowClientsAreCutOff(t *testing.T) {
	for _, c := range []struct {
		name, sent string
		deaf       time.Duration // before it reads
	}{
		{"nothing", "", 0},
		{"half a head", "GET /stats HTTP/1.1\r\nHost: localhost\r\n", 0},
		{"no body", "PUT /limit?value=4 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n", 0},
		{"idle", "GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n", 0},
		{"answer unread", "GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n", time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				l := listener{conns: make(chan net.Conn)}
				ended := make(chan error, 1)
				go func() { ended <- admin.Serve(ctx, l, workers{}, admin.Access{}) }()
				client, server := net.Pipe()
				l.conns <- server
				_, _ = io.WriteString(client, c.sent)
				time.Sleep(c.deaf)
				_ = client.SetReadDeadline(time.Now().Add(2 * time.Minute))
				switch n, err := io.Copy(io.Discard, client); {
				case os.IsTimeout(err):
					t.Error("after two minutes it is still connected")
				case c.deaf > 0 && n > 0:
					t.Errorf("after %v it gets its answer, of %d bytes", c.deaf, n)
				}
				client.Close()
				cancel()
				close(l.conns)
				if err := <-ended; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// curl shows what clients have sent in a terminal, where it must not act as a command.
func TestRequestsArePrintable(t *testing.T) {
	asked := admin.Request{Target: "/?id=\u009b2J\u202e\x7f\n", ID: "\u009b2J\u202e\x7f\n"}
	answer := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/requests", nil)
	admin.Handler(workers{[]admin.Request{asked}}, admin.Access{}).ServeHTTP(answer, request)
	text := answer.Body.String()
	if i := strings.IndexFunc(strings.TrimSuffix(text, "\n"), func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 {
		t.Errorf("byte %d of %q is not printable ASCII", i, text)
	}
	var got []admin.Request
	if err := json.Unmarshal([]byte(text), &got); err != nil || len(got) != 1 || got[0].Target != asked.Target || got[0].ID != asked.ID {
		t.Errorf("want %+v, got %+v and %v", asked, got, err)
	}
}
