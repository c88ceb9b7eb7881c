package http1

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// WebSocket is how Uvicorn's WebSocket protocol class, with the websockets
// library behind it, turns a handshake down: FastAPI has no such route.
type WebSocket struct {
	// Lines are the head's lines behind the date; %d stands for the length.
	Lines []string
	// NoKey is the body for a handshake without its key.
	NoKey string
	// Client formats the client's address in the log.
	Client func(netip.AddrPort) string
	// SaysClosed logs that the connection is closed.
	SaysClosed bool
}

// webSocket021 is websockets_impl.WebSocketProtocol of Uvicorn 0.21.1.
var webSocket021 = WebSocket{
	Lines: []string{"Content-Length: %d", "Content-Type: text/plain", "Connection: close"},
	NoKey: "Failed to open a WebSocket connection: missing Sec-WebSocket-Key header; 'sec-websocket-key'.\n",
	Client: func(a netip.AddrPort) string {
		return fmt.Sprintf("('%s', %d)", a.Addr(), a.Port()) // a tuple, as Python shows it
	},
	SaysClosed: true,
}

// webSocket054 is websockets_sansio_impl.WebSocketsSansIOProtocol of Uvicorn 0.54.0.
var webSocket054 = WebSocket{
	Lines:  []string{"Connection: close", "Content-Length: %d", "Content-Type: text/plain; charset=utf-8"},
	NoKey:  "Failed to open a WebSocket connection: missing Sec-WebSocket-Key header.\n",
	Client: func(a netip.AddrPort) string { return fmt.Sprintf("%s:%d", a.Addr(), a.Port()) },
}

// refuseWebSocket answers a handshake and closes.
func (c *Conn) refuseWebSocket(h *Head) {
	s := c.service
	w := s.Behaviour.WebSocket
	status, body := http.StatusBadRequest, w.NoKey
	if h.has("sec-websocket-key") {
		status, body = http.StatusForbidden, ""
		target := string(h.Target)
		s.Log.Info(fmt.Sprintf(`%s - "WebSocket %s" 403`, w.Client(c.Peer()), target))
	}
	head := appendStatus(nil, status)
	head = appendLine(head, "Date", c.Loop().Clock().Now().UTC().Format(http.TimeFormat))
	head = fmt.Appendf(head, strings.Join(w.Lines, "\r\n")+"\r\n\r\n%s", len(body), body)
	s.Log.Info(fmt.Sprintf("connection rejected (%d %s)", status, http.StatusText(status)))
	c.Write(head)
	if w.SaysClosed {
		s.Log.Info("connection closed")
	}
	c.Close()
}

// has tells whether the head has a field of that (lower-case) name.
func (h *Head) has(name string) bool {
	for _, f := range h.Fields {
		if strings.EqualFold(string(f.Name), name) {
			return true
		}
	}
	return false
}
