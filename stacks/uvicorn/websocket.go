package uvicorn

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// WebSocket is how Uvicorn's WebSocket protocol class, which uses the websockets library, turns a handshake down: the
// article's program has no such route.
type WebSocket struct {
	// Lines are the head's lines after the date; %d stands for the length.
	Lines []string
	// WrongMethod is the status of the answer to a handshake that is not a GET, AllowLine a further line of its head and
	// Reason what it says is wrong; %s stands for the method.
	WrongMethod       int
	AllowLine, Reason string
	// Client formats the client's address in the log, host:port.
	Client func(client string) string
	// Refused is logged for a handshake that is turned down; %d and %s are the status.
	Refused string
	// SaysClosed: "connection closed" is logged as well.
	SaysClosed bool
}

// webSocket021 is websockets_impl.WebSocketProtocol of Uvicorn 0.21.1.
var webSocket021 = WebSocket{
	Lines:       []string{"Content-Length: %d", "Content-Type: text/plain", "Connection: close"},
	WrongMethod: http.StatusBadRequest, Reason: "did not receive a valid HTTP request",
	Client: func(client string) string { // a tuple, as Python shows it
		i := strings.LastIndexByte(client, ':')
		return "(" + http1.Repr(client[:i]) + ", " + client[i+1:] + ")"
	},
	Refused:    "connection failed (%d %s)", // websockets 10.4
	SaysClosed: true,
}

// webSocket054 is websockets_sansio_impl.WebSocketsSansIOProtocol of Uvicorn 0.54.0.
var webSocket054 = WebSocket{
	Lines:       []string{"Connection: close", "Content-Length: %d", "Content-Type: text/plain; charset=utf-8"},
	WrongMethod: http.StatusMethodNotAllowed, AllowLine: "\r\nAllow: GET", Reason: "unsupported HTTP method: %s",
	Client:  func(client string) string { return client },
	Refused: "connection rejected (%d %s)",
}

// refuseWebSocket turns a handshake down, a valid one with 403, and closes.
func (c *Conn) refuseWebSocket(h *http1.Head) {
	e := c.endpoint
	w := e.Class.WebSocket
	status, more, reason := w.judge(h)
	body := ""
	if reason == "" {
		e.Log.Info(fmt.Sprintf(`%s - "WebSocket %s" 403`, w.Client(c.clientOf(h)), http1.ShownTarget(string(h.Target))))
	} else {
		body = "Failed to open a WebSocket connection: " + reason + ".\n"
	}
	head := http1.AppendLine(http1.AppendStatus(nil, status), "Date", c.Loop().Clock().Now().UTC().Format(http.TimeFormat))
	head = fmt.Appendf(head, strings.Join(w.Lines, "\r\n")+"%s\r\n\r\n%s", len(body), more, body)
	e.Log.Info(fmt.Sprintf(w.Refused, status, http.StatusText(status)))
	c.Write(head)
	if w.SaysClosed {
		e.Log.Info("connection closed")
	}
	c.Close()
}

// clientOf is the client that the log names for a request, host:port without brackets.
func (c *Conn) clientOf(h *http1.Head) string {
	if o, _ := c.endpoint.Class.Forwarded.read(c.Peer(), h); o.client != "" {
		return o.client
	}
	return fmt.Sprintf("%s:%d", c.Peer().Addr(), c.Peer().Port())
}

// judge returns the status for a handshake, a further line of the answer's head and, unless the handshake is valid,
// what is wrong with it.
func (w *WebSocket) judge(h *http1.Head) (status int, more, reason string) {
	version, _ := h.Value("sec-websocket-version")
	_, keyed := h.Value("sec-websocket-key")
	switch {
	case string(h.Method) != http.MethodGet:
		return w.WrongMethod, w.AllowLine, strings.ReplaceAll(w.Reason, "%s", string(h.Method))
	case !keyed:
		return http.StatusBadRequest, "", "missing Sec-WebSocket-Key header"
	case version == "":
		return http.StatusBadRequest, "", "missing Sec-WebSocket-Version header"
	case version != "13":
		return http.StatusBadRequest, "", "invalid Sec-WebSocket-Version header: " + version
	}
	return http.StatusForbidden, "", ""
}
