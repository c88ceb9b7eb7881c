package hypercorn

import (
	"bytes"
	"net/http"

	"github.com/target-server/target-server/server/http1"
)

// webSocket reports whether a head is a handshake (H11Protocol._create_stream). The article's program has no such route,
// and so every handshake is turned down.
func webSocket(h *http1.Head) bool {
	var upgrade, connection []byte
	for _, f := range h.Fields {
		switch {
		case bytes.EqualFold(f.Name, []byte("upgrade")):
			upgrade = bytes.TrimSpace(f.Value)
		case bytes.EqualFold(f.Name, []byte("connection")):
			connection = f.Value
		}
	}
	if !bytes.EqualFold(upgrade, []byte("websocket")) || !bytes.EqualFold(h.Method, []byte(http.MethodGet)) {
		return false
	}
	for option := range bytes.SplitSeq(connection, []byte(",")) {
		if bytes.EqualFold(bytes.TrimSpace(option), []byte("upgrade")) {
			return true
		}
	}
	return false
}

// validHandshake is ws_stream.Handshake.is_valid.
func validHandshake(h *http1.Head) bool {
	if h.Version < "1.1" {
		return false
	}
	key, version := h.Version > "1.1", false
	for _, f := range h.Fields {
		switch {
		case bytes.EqualFold(f.Name, []byte("sec-websocket-key")):
			key = true
		case bytes.EqualFold(f.Name, []byte("sec-websocket-version")):
			version = string(f.Value) == "13"
		}
	}
	return key && version
}

// handshakeStatus is the status with which a handshake is turned down: 400 if it is invalid, or else 403.
func handshakeStatus(h *http1.Head) int {
	if !validHandshake(h) {
		return http.StatusBadRequest
	}
	return http.StatusForbidden
}

// Scheme returns the scheme in the scope of the request, which is ws in a handshake.
func (x *Exchange) Scheme() string {
	if x.socket {
		return "ws"
	}
	return x.BaseExchange.Scheme()
}

// followed is what becomes of a handshake if more has come in the same read: WSStream.handle of Data before the handshake
// is accepted. The application learns that its client has gone when it turns the handshake down; the connection stays open
// until the client closes it. It reports whether the connection's task does not go on.
func (c *Conn) followed(x *Exchange) (waits bool) {
	switch {
	case c.library().Shields:
		c.collide(x, true)
	case c.endpoint.Version.DropsHandshakes:
		c.crash(noSocket)
	default:
		x.Reply(&http1.Answer{Status: http.StatusBadRequest})
		x.turnDown()
		x.closed = true
		return false
	}
	return true
}

// turnDown answers a handshake (WSStream._send_error_response).
func (x *Exchange) turnDown() {
	x.stage = answered
	x.conn.sendError(x.Answer().Status)
	x.conn.endpoint.Log.Access(x, x.Answer().Status)
}
