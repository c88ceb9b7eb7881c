package uvicorn_test

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// finish lets every handler end and every client read, then has the clients close the connections that
// are still open, some of them idle, and checks the results.
func (p *play) finish() {
	for _, c := range p.clients {
		p.At(p.Now(), c.StartReading)
	}
	p.At(p.Now(), func() { p.loop.Post(eventloop.Func(p.releaseAll)) })
	p.Run(p.Now() + longest)
	for _, r := range p.requests {
		if !r.answered && r.peer.Ended < 0 && !p.unheard {
			p.complain("request %s is not answered, and its client still there", r.id)
		}
	}
	for _, c := range p.clients {
		p.At(p.Now(), c.CloseWrite)
	}
	p.Run(p.Now() + time.Millisecond)
	p.countUp()
	p.Close()
	for i, c := range p.clients {
		p.judge(i, c)
	}
}

// releaseAll ends the held requests, and all later ones.
func (p *play) releaseAll() {
	p.manner = atOnce
	for _, r := range p.requests {
		if r.manner == untilTold || r.manner == soonDone || r.manner == lateDone {
			r.manner = inFirstStep // if it is queued
		}
	}
	held := p.held
	p.held = nil
	for _, r := range held {
		r.complete()
	}
}

// countUp checks that nothing is left when all clients have gone. A connection whose request was
// cancelled before its first step may not be read any more, so that its end goes unnoticed: the real
// server ends at once then.
func (p *play) countUp() {
	if p.unheard {
		return
	}
	for what, n := range map[string]int{
		"connections": p.endpoint.Connections(), "running requests": p.endpoint.Tasks, "orphans": p.endpoint.Orphans(), "requests held": len(p.held),
	} {
		if n != 0 {
			p.complain("%d %s are left", n, what)
		}
	}
	if p.poller.timeout >= 0 {
		p.complain("the loop waits for a timer in %v", p.poller.timeout)
	}
}

// judge reads what a client got with a reader that is not ours, and holds it
// against what it was to get.
func (p *play) judge(i int, c *peer) {
	text := c.Text()
	for _, piece := range c.Pieces {
		if c.Ended >= 0 && piece.At > c.Ended && !c.slow {
			p.complain("client %d: %q came at %v, after the end at %v", i, piece.Text, piece.At, c.Ended)
		}
	}
	refused := false
	for _, a := range c.accesses {
		if a.failed {
			continue
		}
		n := p.read(text, a)
		if n == 0 && !refused {
			if n = refusal(text, a.method); n > 0 {
				refused = true
				text = text[n:]
				n = p.read(text, a)
			}
		}
		if n == 0 && a.late {
			continue
		}
		if n == 0 {
			p.complainOfAnswer(i, c, text, a)
			return
		}
		text = text[n:]
	}
	if text != "" && !refused {
		text = text[refusal(text, ""):]
	}
	if text != "" && !c.left && !p.fatal {
		p.complain("client %d: %.300q is no answer to anything", i, text)
	}
}

// complainOfAnswer does, unless the client or an exception broke it off.
func (p *play) complainOfAnswer(i int, c *peer, text string, a access) {
	if !c.left && !p.fatal {
		p.complain("client %d: wanted an answer %d to %s %q, got %.300q", i, a.status, a.method, a.id, text)
	}
}

// read returns the length of the answer that text begins with, or 0 if it does
// not begin with the one that is wanted.
func (p *play) read(text string, want access) int {
	r, n := readAnswer(text, want.method)
	if r == nil || r.StatusCode != want.status || r.Header.Get("X-Id") != want.id {
		return 0
	}
	return n
}

// refusal returns the length of an answer to malformed input, or to a handshake, that text begins with;
// or 0. The method is of the request that it may seem to answer.
func refusal(text, method string) int {
	for _, m := range []string{http.MethodGet, method, http.MethodHead} {
		r, n := readAnswer(text, m)
		if r != nil && r.StatusCode >= 400 && r.StatusCode != http.StatusServiceUnavailable && r.Header.Get("X-Id") == "" {
			return n
		}
	}
	return 0
}

// readAnswer reads one answer to a request with that method, and returns its
// length; or nothing, if it is none or not whole.
func readAnswer(text, method string) (*http.Response, int) {
	source := strings.NewReader(text)
	buffered := bufio.NewReader(source)
	r, err := http.ReadResponse(buffered, &http.Request{Method: method})
	if err != nil {
		return nil, 0
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, 0
	}
	return r, len(text) - source.Len() - buffered.Buffered()
}
