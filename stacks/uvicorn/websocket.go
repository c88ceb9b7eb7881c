package uvicorn

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// WebSocket is how Uvicorn's WebSocket protocol class, which uses the websockets library, turns a handshake down: the
// article's program has no such route.
type WebSocket struct {
	// Head is the answer's head after its first line: %[1]s is a further line of some refusals, %[2]s the date and
	// %[3]d the length.
	Head string
	// MostLine is the length of the longest line that the library reads, its end included, and MostFields the largest
	// number of fields.
	MostLine, MostFields int
	// Several is what is said of a field that comes more than once; %s stands for its name.
	Several string
	// Client formats the client's address in the log, host:port.
	Client func(client string) string
	// Refused is logged for a handshake that is turned down; %d and %s are the status.
	Refused string
	// SaysClosed: "connection closed" is logged as well.
	SaysClosed bool
	// Steps is after how many steps of the loop the application's refusal is sent, and OwnSteps after how many the
	// library's own.
	Steps, OwnSteps int
	// Sansio: websockets_sansio_impl, which gives no answer to a request that the library cannot read, checks more
	// fields, and names the causes of errors. Otherwise websockets_impl.
	Sansio bool
}

// webSocket021 is websockets_impl.WebSocketProtocol of Uvicorn 0.21.1, with websockets 10.4.
var webSocket021 = WebSocket{
	Head:     "%[1]sDate: %[2]s\r\nContent-Length: %[3]d\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n",
	MostLine: 4110, MostFields: 256, // MAX_LINE and MAX_HEADERS of websockets.legacy.http
	Several: "more than one %s header found",
	Client: func(client string) string { // a tuple, as Python shows it
		i := strings.LastIndexByte(client, ':')
		return "(" + http1.Repr(client[:i]) + ", " + client[i+1:] + ")"
	},
	Refused:    "connection failed (%d %s)",
	SaysClosed: true,
	Steps:      3, OwnSteps: 1, // the handler's task, the application's, and the handler's again
}

// webSocket054 is websockets_sansio_impl.WebSocketsSansIOProtocol of Uvicorn 0.54.0, with websockets 17.4.
var webSocket054 = WebSocket{
	Head:     "Date: %[2]s\r\nConnection: close\r\nContent-Length: %[3]d\r\nContent-Type: text/plain; charset=utf-8\r\n%[1]s\r\n",
	MostLine: 8192, MostFields: 128, // MAX_LINE_LENGTH and MAX_NUM_HEADERS of websockets.http11
	Several: "multiple values",
	Client:  func(client string) string { return client },
	Refused: "connection rejected (%d %s)",
	Steps:   1,
	Sansio:  true,
}

// webSocketState is how far a connection's WebSocket handshake has come.
type webSocketState uint8

const (
	noHandshake webSocketState = iota
	handshaken                 // the WebSocket protocol class has the connection
	unheard                    // the library could not read the request: nothing answers it
)

// refusal is what becomes of a handshake.
type refusal struct {
	conn   *Conn
	steps  int // of the loop until then
	status int // of the answer; 0 if there is none
	line   string
	body   string
	before string // logged before the refusal itself, at the level Info
	fails  string // the exception that is logged, or nothing
}

// refuseWebSocket turns a handshake down, a valid one with 403, and closes.
func (c *Conn) refuseWebSocket(h *http1.Head) {
	e := c.endpoint
	if e.Class.DisarmsOnRequest {
		c.Loop().Cancel(&c.idle)
	}
	c.webSocket = handshaken
	w := e.Class.WebSocket
	status, readable := w.read(h)
	if !readable && w.Sansio {
		c.webSocket = unheard
		if status != 0 {
			e.Log.Info(fmt.Sprintf("HTTP response sent (%d %s)", status, http1.Phrase(status)))
		}
		return
	}
	r := w.judge(h, readable)
	r.conn = c
	if r.status == http.StatusForbidden {
		r.before = fmt.Sprintf(`%s - "WebSocket %s" 403`, w.Client(c.clientOf(h)), http1.ShownTarget(string(h.Target)))
	}
	if r.steps == 0 {
		r.end()
		return
	}
	c.Loop().Soon(&r)
}

// Run is a step of the tasks that lead to the answer.
func (r *refusal) Run() {
	if r.steps--; r.steps > 0 {
		r.conn.Loop().Soon(r)
		return
	}
	r.end()
}

// end answers, if the client is still there, and closes.
func (r *refusal) end() {
	c := r.conn
	e := c.endpoint
	w := e.Class.WebSocket
	if c.Closing() {
		return
	}
	if r.before != "" {
		e.Log.Info(r.before)
	}
	if r.fails != "" {
		e.Log.Error("opening handshake failed\n" + journal.Raised(r.fails))
	}
	if r.status != 0 {
		e.Log.Info(fmt.Sprintf(w.Refused, r.status, http1.Phrase(r.status)))
		date := c.Loop().Clock().Now().UTC().Format(http.TimeFormat)
		head := fmt.Appendf(http1.AppendStatus(nil, r.status), w.Head, r.line, date, len(r.body))
		c.Write(append(head, r.body...))
	}
	if w.SaysClosed {
		e.Log.Info("connection closed")
	}
	c.Close()
}

// clientOf is the client that the log names for a request, host:port without brackets.
func (c *Conn) clientOf(h *http1.Head) string {
	if o, _ := c.endpoint.origin(c, h); o.client != "" {
		return o.client
	}
	return fmt.Sprintf("%s:%d", c.Peer().Addr(), c.Peer().Port())
}

var _ eventloop.Runner = (*refusal)(nil)
