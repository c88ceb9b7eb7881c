package http2_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"pgregory.net/rapid"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
	ours "github.com/target-server/target-server/server/http2"
)

// owner owns a connection without a socket or a loop: steps run when run is called.
type owner struct {
	conn  *ours.Conn
	sent  bytes.Buffer
	steps []func()
	log   []string
	body  string // of every answer
	hold  bool   // the test calls answer
	waits bool   // every request waits
}

func newOwner(body string) *owner {
	o := &owner{body: body}
	o.conn = ours.New(o, ours.V44)
	o.conn.Start()
	return o
}

func (o *owner) note(format string, args ...any) { o.log = append(o.log, fmt.Sprintf(format, args...)) }

func (o *owner) Request(id uint32, h *http1.Head) (waits bool) {
	o.note("request %d %s %s", id, h.Method, h.Target)
	o.conn.Expect(id)
	if !o.hold {
		o.steps = append(o.steps, func() { o.answer(id) })
	}
	return o.waits
}

func (o *owner) Body(id uint32, _ []byte, end bool) (waits bool) {
	if !end {
		o.note("body of %d", id)
	}
	return false
}

func (o *owner) answer(id uint32) {
	lines := []http1.Line{{Name: "content-length", Value: fmt.Sprint(len(o.body))}}
	o.conn.Respond(id, 200, lines, o.body, func(bool) { o.note("done %d", id) })
}

func (o *owner) Reset(id uint32)  { o.note("reset %d", id) }
func (o *owner) Send(p []byte)    { o.sent.Write(p) }
func (o *owner) Soon(step func()) { o.steps = append(o.steps, step) }
func (o *owner) Failed()          { o.note("failed") }
func (o *owner) Full() bool       { return false }
func (o *owner) Paused()          {}
func (o *owner) Writes() int      { return 0 }
func (o *owner) Buffers(int) bool { return true }

// receive passes bytes to the connection and runs the steps that result.
func (o *owner) receive(p string) {
	o.conn.Receive([]byte(p))
	o.run()
}

func (o *owner) run() {
	for len(o.steps) > 0 {
		step := o.steps[0]
		o.steps = o.steps[1:]
		step()
	}
}

// frames reads what was sent since the last call, with another implementation.
func (o *owner) frames(t testing.TB) []string {
	t.Helper()
	framer := http2.NewFramer(nil, &o.sent)
	var all []string
	for o.sent.Len() > 0 {
		f, err := framer.ReadFrame()
		if err != nil {
			t.Fatalf("our frames cannot be read: %v (alone: %s)", err, check.Alone(t))
		}
		switch f := f.(type) {
		case *http2.DataFrame:
			all = append(all, fmt.Sprintf("data %d %d %v", f.StreamID, len(f.Data()), f.StreamEnded()))
		case *http2.HeadersFrame:
			all = append(all, fmt.Sprintf("headers %d", f.StreamID))
		case *http2.GoAwayFrame:
			all = append(all, fmt.Sprintf("goaway %d %d", f.LastStreamID, f.ErrCode))
		case *http2.RSTStreamFrame:
			all = append(all, fmt.Sprintf("reset %d %d", f.StreamID, f.ErrCode))
		case *http2.WindowUpdateFrame:
			all = append(all, fmt.Sprintf("window %d %d", f.StreamID, f.Increment))
		default:
			all = append(all, strings.ToLower(f.Header().Type.String()))
		}
	}
	return all
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if g, w := strings.Join(got, ", "), strings.Join(want, ", "); g != w {
		t.Errorf("%s: wanted\n%s\ngot\n%s\n(alone: %s)", what, w, g, check.Alone(t))
	}
}

// client returns frames as bytes.
func client(write func(f *http2.Framer)) string {
	var b bytes.Buffer
	write(http2.NewFramer(&b, nil))
	return b.String()
}

var begin = ours.Preface + client(func(f *http2.Framer) { _ = f.WriteSettings() })

func get(id uint32, end bool, more ...hpack.HeaderField) string {
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	e.SetMaxDynamicTableSize(0)
	for _, h := range append([]hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":scheme", Value: "http"}, {Name: ":authority", Value: "a"}, {Name: ":path", Value: "/"}}, more...) {
		_ = e.WriteField(h)
	}
	return client(func(f *http2.Framer) {
		_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: b.Bytes(), EndStream: end, EndHeaders: true})
	})
}

func window(id, increment uint32) string {
	return client(func(f *http2.Framer) { _ = f.WriteWindowUpdate(id, increment) })
}

func data(id uint32, n int, end bool) string {
	return client(func(f *http2.Framer) { _ = f.WriteData(id, end, make([]byte, n)) })
}

// Streams take turns of one frame, and none sends more than its client accepts.
func TestStreamsTakeTurnsWithinTheirWindows(t *testing.T) {
	o := newOwner(strings.Repeat("x", 40_000))
	o.hold = true
	o.receive(begin + get(1, true) + get(3, true))
	o.frames(t)
	o.answer(1)
	o.answer(3)
	o.run()
	expect(t, "at first", o.frames(t), "headers 1", "headers 3",
		"data 1 16384 false", "data 3 16384 false", "data 1 16384 false", "data 3 16383 false")
	o.receive(window(0, 100))
	expect(t, "when the connection's window opens", o.frames(t), "data 1 100 false")
	o.receive(window(0, 1<<20))
	expect(t, "when it opens wide", o.frames(t), "data 3 7233 false", "data 3 0 true", "data 1 7132 false", "data 1 0 true")
}

// Another implementation decodes the header lines that were encoded, even when the table
// has dropped some.
func TestHeaderBlocksAreDecodedAsEncoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := newOwner("")
		o.hold = true
		size := rapid.Uint32Range(0, 300).Draw(t, "table size")
		settings := client(func(f *http2.Framer) { _ = f.WriteSettings(http2.Setting{ID: http2.SettingHeaderTableSize, Val: size}) })
		o.receive(ours.Preface + settings)
		o.sent.Reset()
		decoder := hpack.NewDecoder(4096, nil)
		decoder.SetMaxDynamicTableSize(4096)
		decoder.SetAllowedMaxDynamicTableSize(size)
		for i := range rapid.IntRange(1, 8).Draw(t, "answers") {
			id := uint32(2*i + 1)
			o.receive(get(id, true))
			text := rapid.StringMatching(`[a-z0-9-]{1,12}`)
			lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) http1.Line {
				return http1.Line{Name: text.Draw(t, "name"), Value: rapid.StringMatching(`[ -~]{0,40}`).Draw(t, "value")}
			}), 0, 4).Draw(t, "lines")
			o.conn.Respond(id, 200, lines, "", func(bool) {})
			o.run()
			f, err := http2.NewFramer(nil, &o.sent).ReadFrame()
			if err != nil {
				t.Fatal(err)
			}
			fields, err := decoder.DecodeFull(f.(*http2.HeadersFrame).HeaderBlockFragment())
			if err != nil {
				t.Fatalf("answer %d: %v", i, err)
			}
			var want strings.Builder
			want.WriteString(":status: 200")
			for _, l := range lines {
				want.WriteString("|" + l.Name + ": " + l.Value)
			}
			var got []string
			for _, f := range fields {
				got = append(got, f.Name+": "+f.Value)
			}
			if g := strings.Join(got, "|"); g != want.String() {
				t.Fatalf("wanted %s, got %s", want.String(), g)
			}
			o.sent.Reset()
		}
	})
}

// Bytes that arrive while the owner waits are processed after that.
func TestWaiting(t *testing.T) {
	o := newOwner("")
	o.hold, o.waits = true, true
	ping := client(func(f *http2.Framer) { _ = f.WritePing(false, [8]byte{}) })
	o.receive(begin + get(1, false) + data(1, 3, false))
	o.receive(ping + data(1, 3, true))
	expect(t, "before", o.log, "request 1 GET /")
	o.frames(t)
	o.waits = false
	o.conn.Resume()
	expect(t, "after", o.log, "request 1 GET /", "body of 1", "body of 1")
	expect(t, "frames", o.frames(t), "settings", "ping")
}

// It does not matter how the bytes are cut, even into single ones.
func TestBytesInPieces(t *testing.T) {
	whole, pieces := newOwner("hello"), newOwner("hello")
	text := begin + get(1, true) + get(3, true) + get(2, true)
	whole.receive(text[:len(text)-len(get(2, true))])
	whole.receive(get(2, true))
	for i := range len(text) {
		pieces.receive(text[i : i+1])
	}
	expect(t, "log", pieces.log, "request 1 GET /", "done 1", "request 3 GET /", "done 3", "failed")
	frames := pieces.frames(t)
	expect(t, "the last frame", frames[len(frames)-1:], "goaway 3 1")
	expect(t, "the last frame in one piece", whole.frames(t)[len(frames)-1:], "goaway 3 1")
}

// A header block without an end is refused before it takes much memory.
func TestAHeaderBlockWithoutAnEnd(t *testing.T) {
	o := newOwner("")
	o.receive(begin)
	o.frames(t)
	first := get(1, true)
	head := []byte(first)
	head[4] &^= 0x4 // END_HEADERS
	o.receive(string(head))
	more := client(func(f *http2.Framer) { _ = f.WriteContinuation(1, false, []byte{}) })
	for range 100 {
		o.receive(more)
	}
	expect(t, "frames", o.frames(t), "goaway 0 1")
	expect(t, "log", o.log, "failed")
}

// Whatever is received, nothing breaks, our frames can be read, and no window is exceeded.
func FuzzReceive(f *testing.F) {
	f.Add([]byte(begin + get(1, true) + window(0, 5) + data(3, 5, true)))
	f.Add([]byte(begin + get(1, false) + data(1, 100, true) + client(func(f *http2.Framer) { _ = f.WriteRSTStream(1, 8) })))
	f.Fuzz(func(t *testing.T, input []byte) {
		o := newOwner(strings.Repeat("x", 70_000))
		room := int64(65535)
		o.receive(string(input))
		for rest := input; len(rest) >= 9; {
			n := int(rest[0])<<16 | int(rest[1])<<8 | int(rest[2])
			if len(rest) < 9+n {
				break
			}
			if rest[3] == 8 && n == 4 && binary.BigEndian.Uint32(rest[5:])&^(1<<31) == 0 {
				room += int64(binary.BigEndian.Uint32(rest[9:]) &^ (1 << 31))
			}
			rest = rest[1:] // a frame may begin anywhere: allow for as much as it may contain
		}
		sum := int64(0)
		for _, line := range o.frames(t) {
			var id, n int64
			var end bool
			if k, _ := fmt.Sscanf(line, "data %d %d %t", &id, &n, &end); k == 3 {
				sum += n
			}
		}
		if sum > room {
			t.Errorf("sent %d bytes of bodies, the client takes %d", sum, room)
		}
	})
}
