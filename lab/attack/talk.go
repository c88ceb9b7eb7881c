package attack

import (
	"fmt"
	"strings"
	"time"
)

// talker generates what clients send and do.
type talker struct {
	dice
	http2  bool // the server speaks HTTP/2
	serial bool // sleeps add up
}

// client generates one client.
func (t talker) client(i int) Actor {
	a := Actor{ID: fmt.Sprintf("c%d", i), At: t.upTo(playTime), To: Served, Small: t.chance(15)}
	switch {
	case t.chance(3):
		a.To = Admin
		a.Steps = t.oneAfterAnother()
	case t.http2 && t.chance(50) || t.chance(2):
		a.Steps = t.framed()
	case t.chance(8):
		a.Steps = []Step{t.flood()}
	case t.chance(5):
		a.Steps = []Step{t.pause()} // sends nothing
	default:
		a.Steps = t.oneAfterAnother()
	}
	a.Steps = append(a.Steps, t.end()...)
	return a
}

// oneAfterAnother is a sequence of valid and invalid, complete and truncated requests.
func (t talker) oneAfterAnother() []Step {
	var steps []Step
	for range t.between(1, 5) {
		text, requests := t.words()
		step := Step{Kind: Send, Text: text, Requests: requests}
		if t.chance(25) {
			step.Kind, step.Pieces = Trickle, t.between(2, 20)
		}
		steps = append(steps, step)
		switch t.IntN(6) {
		case 0, 1, 2:
			steps = append(steps, Step{Kind: Read, For: t.upTo(300 * time.Millisecond)})
		case 3:
			steps = append(steps, Step{Kind: Sip, For: t.upTo(100 * time.Millisecond)})
		case 4:
			steps = append(steps, t.pause())
		}
	}
	return steps
}

// words is the text sent at a time, and how many valid requests it contains.
func (t talker) words() (text string, requests int) {
	switch {
	case t.chance(10):
		return t.bad(), 0
	case t.chance(15): // a pipeline
		requests = t.between(2, 40)
		return strings.Repeat(t.good(), requests), requests
	case t.chance(15): // of different requests
		var b strings.Builder
		requests = t.between(2, 8)
		for range requests {
			b.WriteString(t.good())
		}
		return b.String(), requests
	case t.chance(15): // a truncated one
		text = t.good()
		return text[:t.IntN(len(text))], 0
	case t.chance(20):
		return t.mutated(t.good()), 0
	default:
		return t.good(), 1
	}
}

func (t talker) pause() Step { return Step{Kind: Pause, For: t.upTo(100 * time.Millisecond)} }

func (t talker) flood() Step {
	text := one(t.dice, "/nowhere", "/openapi.json", "/?id=1&sleep=0s", "/?id=1&sleep=0s")
	text = fmt.Sprintf("%s %s HTTP/1.1\r\nHost: a\r\n\r\n", one(t.dice, "GET", "GET", "HEAD", "POST"), text)
	return Step{Kind: Flood, Text: strings.Repeat(text, 50), For: time.Duration(t.between(20, 300)) * time.Millisecond}
}

// end is how a client leaves.
func (t talker) end() []Step {
	switch t.IntN(8) {
	case 0, 1:
		return []Step{{Kind: Reset}}
	case 2:
		return []Step{{Kind: HalfClose}, {Kind: Read, For: t.upTo(200 * time.Millisecond)}, {Kind: one(t.dice, Close, Reset)}}
	case 3:
		return []Step{{Kind: HalfClose}, t.pause(), {Kind: Send, Text: "late"}, {Kind: Close}}
	case 4:
		return []Step{t.pause(), {Kind: Reset}}
	case 5:
		return []Step{{Kind: Read, For: t.upTo(500 * time.Millisecond)}, {Kind: Close}}
	default:
		return []Step{{Kind: Close}}
	}
}

// mutated changes some bytes.
func (t talker) mutated(text string) string {
	b := []byte(text)
	for range t.between(1, 4) {
		at := t.IntN(len(b))
		switch t.IntN(4) {
		case 0:
			b[at] = byte(t.IntN(256))
		case 1:
			b[at] ^= 1 << t.IntN(8)
		case 2:
			b = append(b[:at], b[min(len(b), at+1+t.IntN(8)):]...)
		default:
			b = append(b[:at:at], append([]byte{byte(t.IntN(256))}, b[at:]...)...)
		}
		if len(b) == 0 {
			return "\x00"
		}
	}
	return string(b)
}
