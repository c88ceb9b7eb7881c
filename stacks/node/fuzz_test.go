package node_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
)

// Whatever a client sends, in whatever pieces, and however it leaves: other clients are served, and nothing of it is
// kept.
func FuzzConn(f *testing.F) {
	for _, text := range []string{
		get("/?id=1&for=1s") + get("/x"), get("/block?for=1s") + "nonsense\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\n\r\n" + get("/"),
		"POST /?for=2s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3;a=\"b\"\r\nabc\r\n0\r\nX: y\r\n\r\n" + get("/y"),
		"GET / HTTP/1.0\r\nTE: chunked\r\nConnection: upgrade, keep-alive\r\nUpgrade: x\r\nContent-Length: 3\r\n\r\nabc" + get("/"),
		get("/?id=1&for=1s") + strings.Repeat(get("/x"), 200), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /\xe9?id=%\xe9 HTTP/1.1\r\n\r\n",
	} {
		for _, way := range []byte{0, 1, 2, 3, 7, 200} {
			f.Add(text, way)
		}
	}
	f.Fuzz(func(t *testing.T, text string, way byte) {
		if len(text) > 8<<10 {
			t.Skip("enough requests that block to keep anybody from being answered within the hour")
		}
		for _, v := range []version{v18, v26} {
			h := build(t, v)
			c := h.Send(0, "")
			h.sendInPieces(c, text, int(way>>2)+1)
			h.At(20*second, []func(){c.Close, c.Abort, c.CloseWrite, func() {}}[way%4])
			other := h.Send(21*second, get("/?id=other"))
			h.Run(time.Hour)
			if !strings.Contains(other.Text(), "hello #other") {
				t.Errorf("%s: another client was not answered", v.name)
			}
			if way%4 < 2 && (h.server.Connections() != 0 || h.server.Kept() != 0) {
				t.Errorf("%s: %d connections and %d bytes are left of a client that has gone", v.name, h.server.Connections(), h.server.Kept())
			}
			h.Close()
		}
	})
}

// sendInPieces sends a text over ten seconds.
func (h *house) sendInPieces(c *sim.Client, text string, pieces int) {
	size := max(1, len(text)/pieces)
	for at := time.Duration(0); text != ""; at += 10 * second / time.Duration(pieces) {
		piece := text[:min(size, len(text))]
		text = text[len(piece):]
		h.At(at+time.Millisecond, func() { c.Send(piece) })
	}
}
