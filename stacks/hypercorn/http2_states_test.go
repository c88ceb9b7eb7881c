package hypercorn_test

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http2"
)

const ms = time.Millisecond

// state is how a stream comes into one of its states.
type state struct {
	work      time.Duration // of a handler
	keepAlive time.Duration
	reach     func(c *cell) time.Duration // returns when it is there
}

// states are those that a stream can be in. "shut" is a window of no bytes.
func states(name string) state {
	return map[string]state{
		"idle":                 {work: 100 * ms, reach: asks(h2Settings(), "")},
		"head-not-whole":       {work: 100 * ms, reach: asks(h2Settings(), halfHead())},
		"body-open":            {work: 600 * ms, reach: asks(h2Settings(), h2Get(1, "GET", "/?id=1", false))},
		"queued":               {work: 600 * ms, reach: queued},
		"running":              {work: 600 * ms, reach: asks(h2Settings(), h2Get(1, "GET", "/?id=1", true))},
		"running-shut":         {work: 600 * ms, reach: asks(h2Window(0), h2Get(1, "GET", "/?id=1", true))},
		"waits-for-stream":     {work: 100 * ms, reach: asks(h2Window(0), h2Get(1, "GET", "/?id=1", true))},
		"waits-in-the-middle":  {work: 100 * ms, reach: asks(h2Window(3), h2Get(1, "GET", "/?id=1", true))},
		"waits-body-open":      {work: 100 * ms, reach: asks(h2Window(0), h2Get(1, "GET", "/?id=1", false))},
		"waits-for-connection": {work: 100 * ms, keepAlive: 2 * time.Second, reach: exhausted},
		"answered-body-open":   {work: 100 * ms, reach: asks(h2Settings(), h2Get(1, "GET", "/?id=1", false))},
		"answered":             {work: 100 * ms, reach: asks(h2Settings(), h2Get(1, "GET", "/?id=1", true))},
		"upgraded-running":     {work: 600 * ms, reach: upgraded("", h2Settings())},
		"upgraded-waits":       {work: 100 * ms, reach: upgraded(h2Window(0)[9:], h2Window(0))},
	}[name]
}

// asks is a client that begins with some settings and a request.
func asks(settings, request string) func(c *cell) time.Duration {
	return func(c *cell) time.Duration {
		c.client = c.Send(0, preface+settings+request)
		return 200 * ms
	}
}

func halfHead() string {
	return frames(func(f *http2.Framer) {
		_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: h2Block("GET", "/?id=1")[:3], EndStream: true})
	})
}

// queued has another request in the only thread.
func queued(c *cell) time.Duration {
	c.other = c.Send(0, "GET /?id=o HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	c.client = c.Send(20*ms, preface+h2Settings()+h2Get(1, "GET", "/?id=1", true))
	return 200 * ms
}

// upgraded is a client that comes by HTTP/1.1.
func upgraded(payload, settings string) func(c *cell) time.Duration {
	return func(c *cell) time.Duration {
		c.client = c.Send(0, "GET /?id=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: "+
			base64.URLEncoding.EncodeToString([]byte(payload))+"\r\n\r\n")
		c.At(90*ms, func() { c.client.Send(preface + settings) })
		return 200 * ms
	}
}

// exhausted has answers use up the window of the connection, to the last byte: pages, and what is
// answered with 404 and 405.
func exhausted(c *cell) time.Duration {
	const window, notFound, notAllowed = 65535, 22, 31
	page := c.page()
	pages, others := window/page, 0
	rest := func() int { return window - pages*page - others*notAllowed }
	for rest() < 0 || rest()%notFound != 0 {
		if others++; others == notFound {
			pages, others = pages-1, 0
		}
	}
	asked := []string{preface + h2Settings()}
	ask := func(method, path string, n int) {
		for range n {
			asked = append(asked, h2Get(c.stream, method, path, false), h2Reset(c.stream))
			c.stream += 2
		}
	}
	ask("GET", "/docs", pages)
	ask("POST", "/", others)
	ask("GET", "/nowhere", rest()/notFound)
	c.client = c.Send(0, "")
	for i, text := range append(asked, h2Get(c.stream, "GET", "/?id=1", true)) {
		c.At(time.Duration(i)*ms, func() { c.client.Send(text) })
	}
	return time.Duration(len(asked))*ms + 200*ms
}

// page is the length of the documentation's page.
func (c *cell) page() int {
	c.t.Helper()
	w := newWorld(c.t, "hypercorn", c.vintage, c.configure)
	page := w.Send(0, "GET /docs HTTP/1.1\r\nHost: x\r\n\r\n")
	w.Run(time.Second)
	_, rest, _ := strings.Cut(strings.ToLower(page.Text()), "content-length: ")
	length, _, _ := strings.Cut(rest, "\r")
	n, err := strconv.Atoi(length)
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}
