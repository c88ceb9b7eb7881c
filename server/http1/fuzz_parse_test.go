package http1

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// FuzzParse checks what must be true for any input. How decides the dialect, and how
// many bytes each read has.
func FuzzParse(f *testing.F) {
	names := slices.Sorted(maps.Keys(dialects))
	for i := range names {
		for _, input := range readCases(f, "testdata/cases.txt") {
			if len(input) < 2048 {
				f.Add(input, uint16(len(names)*7+i))
				f.Add(input, uint16(len(names)*2048+i))
			}
		}
		f.Add([]byte(chunkedPost+strings.Repeat("0", 17<<10)), uint16(len(names)*2048+i))
		f.Add([]byte(chunkedPost+"0\r\n"+strings.Repeat("x", 17<<10)), uint16(len(names)*2048+i))
		f.Add([]byte("GET / HTTP/1.1\r\nX: "+strings.Repeat("x", 17<<10)), uint16(len(names)*2048+i))
	}
	f.Fuzz(func(t *testing.T, input []byte, how uint16) {
		name, size := names[int(how)%len(names)], 1+int(how)/len(names)
		w := watcher{d: dialects[name]}
		if err := w.feed(input, size); err != nil {
			t.Fatalf("%s: %q in reads of %d: %v", name, input, size, err)
		}
	})
}

const chunkedPost = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

// watcher follows a parser's events and reports violations.
type watcher struct {
	d    *Dialect
	p    Parser
	head Head

	inMessage, stops bool
	body             int64 // bytes of the message's body so far
	scanned          int   // after the last call, if nothing was consumed since
}

// feed passes the input to the parser in reads of a given size, each after the bytes
// that were not consumed before.
func (w *watcher) feed(input []byte, size int) error {
	from := 0
	for to := 0; to < len(input); {
		to = min(to+size, len(input))
		n, over, err := w.read(input[from:to:to])
		if err != nil {
			return fmt.Errorf("of %d bytes: %w", to, err)
		}
		if from += n; over {
			return nil
		}
	}
	return nil
}

// read reads the events in buf. It returns how many bytes they consumed, and whether
// the parser has stopped.
func (w *watcher) read(buf []byte) (consumed int, over bool, err error) {
	for {
		rest := buf[consumed:]
		ev, n := w.p.Next(w.d, rest, &w.head)
		if n < 0 || n > len(rest) {
			return 0, false, fmt.Errorf("event %d consumed %d of %d", ev, n, len(rest))
		}
		if err := w.event(ev, n, rest); err != nil {
			return 0, false, err
		}
		consumed += n
		switch ev {
		case NeedData:
			return consumed, false, w.waits(buf[consumed:], n)
		case Bad, Crash:
			return consumed, true, w.stays(ev)
		default:
			w.scanned = 0
		}
	}
}

// event checks the order of events. Each one consumes bytes, or ends something that
// consumed some, so that there cannot be endless events.
func (w *watcher) event(ev Event, n int, buf []byte) error {
	switch ev {
	case HeadDone:
		if w.inMessage || w.stops {
			return fmt.Errorf("a head within a message")
		}
		w.inMessage, w.body = true, 0
		return w.judgeHead(buf[:n])
	case BodyData:
		if w.body += int64(w.p.BodyLen()); w.p.BodyLen() <= 0 || w.p.BodyLen() > n {
			return fmt.Errorf("%d bytes of body, %d consumed", w.p.BodyLen(), n)
		}
		return w.judgeBody(false)
	case MessageDone:
		if !w.inMessage {
			return fmt.Errorf("an end without a beginning")
		}
		w.inMessage, w.stops = false, w.d.UpgradeStops && w.p.Upgrade()
		return w.judgeBody(true)
	case Upgraded:
		if !w.stops || n != len(buf) {
			return fmt.Errorf("an upgrade that was not requested, or that left %d bytes", len(buf)-n)
		}
		w.stops = false
	}
	return nil
}

// judgeHead checks a head, which consumed these bytes.
func (w *watcher) judgeHead(consumed []byte) error {
	h := &w.head
	switch {
	case len(consumed) == 0:
		return fmt.Errorf("a head of no bytes")
	case w.loose():
		return nil
	case len(h.Method) == 0 || !tokenChars.allowed(h.Method):
		return fmt.Errorf("method %q", h.Method)
	case len(h.Version) != len("1.1"):
		return fmt.Errorf("version %q", h.Version)
	case !bytes.Contains(h.Target, h.Path) || !bytes.Contains(h.Target, h.Query) || !bytes.Contains(consumed, h.Target):
		return fmt.Errorf("target %q, path %q, query %q", h.Target, h.Path, h.Query)
	case bytes.ContainsAny(h.Target, " \r\n"):
		return fmt.Errorf("a target %q of several words", h.Target)
	case h.ContentLength < -1:
		return fmt.Errorf("length %d", h.ContentLength)
	}
	return w.judgeFields(len(consumed))
}

// loose reports whether it is gunicorn 20, which accepts invalid methods, versions and
// values.
func (w *watcher) loose() bool { return w.d.Lines != nil && !w.d.Lines.Tokens }

// judgeFields checks that no value can be read as two, and that no field has more
// bytes than were sent.
func (w *watcher) judgeFields(most int) error {
	total := 0
	for _, f := range w.head.Fields {
		if len(f.Name) == 0 && !w.d.EmptyName {
			return fmt.Errorf("a field without a name, value %q", f.Value)
		}
		if bytes.ContainsAny(f.Name, ":\r\n") || bytes.ContainsAny(f.Value, "\r\n\x00") {
			return fmt.Errorf("field %q: %q", f.Name, f.Value)
		}
		total += len(f.Name) + len(f.Value) + 1
	}
	if total > most {
		return fmt.Errorf("fields of %d bytes in a head of %d", total, most)
	}
	return nil
}

// judgeBody compares the body with the head.
func (w *watcher) judgeBody(ended bool) error {
	h := &w.head
	want := max(0, h.ContentLength)
	switch {
	case !w.inMessage && !ended:
		return fmt.Errorf("a body without a head")
	case h.Upgrade && w.d.UpgradeStops:
		want = 0
	case h.Chunked:
		return nil
	}
	if w.body > want || ended && w.body != want {
		return fmt.Errorf("%d bytes of a body of %d, ended: %t", w.body, want, ended)
	}
	return nil
}

// waits checks the bytes that remain when a parser asks for more: not more than its
// dialect allows, and not to be read from the start again.
func (w *watcher) waits(rest []byte, consumed int) error {
	p := &w.p
	switch {
	case p.phase == phasePaused || p.phase == phaseClosed:
		return nil // the connection decides about the rest
	case p.mark > p.scanned || p.scanned > len(rest):
		return fmt.Errorf("marked %d, judged %d of %d", p.mark, p.scanned, len(rest))
	case w.d.MaxIncomplete > 0 && len(rest) > w.d.MaxIncomplete:
		return fmt.Errorf("%d bytes wait in a dialect that remembers %d", len(rest), w.d.MaxIncomplete)
	case consumed == 0 && p.scanned < w.scanned:
		return fmt.Errorf("judged %d bytes, then %d", w.scanned, p.scanned)
	}
	w.scanned = p.scanned
	return nil
}

// stays checks that a refusal or failure is the last event.
func (w *watcher) stays(ev Event) error {
	for _, more := range []string{"", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"} {
		if again, n := w.p.Next(w.d, []byte(more), &w.head); again != ev || n != 0 {
			return fmt.Errorf("event %d after event %d, %d bytes consumed", again, ev, n)
		}
	}
	return nil
}
