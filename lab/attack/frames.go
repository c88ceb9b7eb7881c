package attack

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// framed is an HTTP/2 conversation with prior knowledge, which begins correctly.
func (t talker) framed() []Step {
	f := newFrames(t)
	if !t.chance(5) {
		f.out.WriteString(http2.ClientPreface)
	}
	window := one[uint32](t.dice, 0, 1, 20, 65_535, 1<<31-1)
	f.must(f.WriteSettings(
		http2.Setting{ID: http2.SettingInitialWindowSize, Val: window},
		http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: one[uint32](t.dice, 0, 100)},
		http2.Setting{ID: http2.SettingMaxFrameSize, Val: 1 << 14},
	))
	steps := []Step{f.step()}
	for range t.between(1, 6) {
		for range t.between(1, 10) {
			f.some()
		}
		steps = append(steps, f.step())
		switch t.IntN(4) {
		case 0, 1:
			steps = append(steps, Step{Kind: Read, For: t.upTo(200 * time.Millisecond)})
		case 2:
			steps = append(steps, t.pause())
		}
	}
	return steps
}

// frames writes valid and invalid frames.
type frames struct {
	talker
	*http2.Framer
	out      *bytes.Buffer
	block    *bytes.Buffer
	encoder  *hpack.Encoder
	next     uint32 // stream
	requests int
}

func newFrames(t talker) *frames {
	f := &frames{talker: t, out: &bytes.Buffer{}, block: &bytes.Buffer{}, next: 1}
	f.Framer = http2.NewFramer(f.out, nil)
	f.AllowIllegalWrites = true
	f.encoder = hpack.NewEncoder(f.block)
	return f
}

// must panics on errors that cannot occur: frames are written into memory.
func (f *frames) must(err error) {
	if err != nil {
		panic(err)
	}
}

// step returns what has been written so far as a step.
func (f *frames) step() Step {
	s := Step{Kind: Frames, Text: f.out.String(), Requests: f.requests}
	f.out.Reset()
	f.requests = 0
	return s
}

// stream is the number of a stream that is open, was open, or has not been opened yet.
func (f *frames) stream() uint32 {
	if f.chance(90) && f.next > 1 {
		return 1 + 2*uint32(f.IntN(int(f.next/2)))
	}
	return one(f.dice, f.next, f.next+10, 0, 2, 1<<31-1)
}

// some writes one thing that a client may do, or must not do.
func (f *frames) some() {
	switch n := f.IntN(100); {
	case n < 45:
		f.request()
	case n < 60:
		f.must(f.WriteRSTStream(f.stream(), http2.ErrCode(f.IntN(20))))
	case n < 72:
		f.must(f.WriteWindowUpdate(f.stream()*uint32(f.IntN(2)), one[uint32](f.dice, 1, 5, 1_000, 65_535, 1<<31-1, 0)))
	case n < 77:
		f.must(f.WriteData(f.stream(), f.chance(50), bytes.Repeat([]byte("d"), one(f.dice, 0, 1, 100, 16_384))))
	case n < 81:
		f.must(f.WritePing(f.chance(50), [8]byte{1, 2, 3}))
	case n < 85:
		f.must(f.WritePriority(f.stream(), http2.PriorityParam{StreamDep: f.stream(), Exclusive: f.chance(50), Weight: uint8(f.IntN(256))}))
	case n < 88:
		f.must(f.WriteSettings(http2.Setting{ID: http2.SettingID(f.IntN(9)), Val: one[uint32](f.dice, 0, 1, 100, 1<<20, 1<<31)}))
	case n < 90:
		f.must(f.WriteSettingsAck())
	case n < 92:
		f.must(f.WriteGoAway(f.stream(), http2.ErrCode(f.IntN(14)), []byte("bye")))
	case n < 94: // many at once
		for range f.between(5, 60) {
			f.request()
			f.must(f.WriteRSTStream(f.next-2, http2.ErrCodeCancel))
		}
	case n < 96:
		for range f.between(5, 200) {
			f.must(f.WriteSettings())
			f.must(f.WritePing(false, [8]byte{}))
		}
	default:
		f.wrong()
	}
}

// request opens a stream.
func (f *frames) request() {
	f.block.Reset()
	fields := []string{":method", one(f.dice, "GET", "GET", "GET", "POST", "HEAD"), ":scheme", "http", ":path", f.target(), ":authority", "a"}
	if f.chance(10) {
		fields = append(fields, one(f.dice, "x-odd", "X-Upper", "connection", "te", ":late", "content-length", "cookie", ""), one(f.dice, "7", "", "\x1b[2J", strings.Repeat("v", 3_000)))
	}
	for i := 0; i < len(fields); i += 2 {
		f.must(f.encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1], Sensitive: f.chance(5)}))
	}
	block, ends := f.block.Bytes(), f.chance(85)
	cut := len(block)
	if f.chance(10) {
		cut = f.IntN(len(block))
	}
	f.must(f.WriteHeaders(http2.HeadersFrameParam{StreamID: f.next, BlockFragment: block[:cut], EndStream: ends, EndHeaders: cut == len(block)}))
	if cut < len(block) {
		f.must(f.WriteContinuation(f.next, f.chance(90), block[cut:]))
	}
	if !ends && f.chance(70) {
		f.must(f.WriteData(f.next, f.chance(70), bytes.Repeat([]byte("b"), one(f.dice, 0, 10, 10_000))))
	}
	f.next += 2
	f.requests++
}

// wrong writes something that no client may send.
func (f *frames) wrong() {
	switch f.IntN(7) {
	case 0:
		f.must(f.WriteRawFrame(http2.FrameType(f.IntN(14)), http2.Flags(f.IntN(256)), f.stream(), bytes.Repeat([]byte{byte(f.IntN(256))}, f.IntN(30))))
	case 1:
		f.out.WriteString("\xff\xff\xff\x00\x00\x00\x00\x00\x01") // a length beyond the limit
	case 2:
		f.must(f.WriteHeaders(http2.HeadersFrameParam{StreamID: f.next, BlockFragment: []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, EndHeaders: true}))
		f.next += 2
	case 3: // a head with many continuations
		f.must(f.WriteHeaders(http2.HeadersFrameParam{StreamID: f.next, BlockFragment: []byte{0x82}}))
		for range f.between(5, 100) {
			f.must(f.WriteContinuation(f.next, false, bytes.Repeat([]byte{0x82}, 100)))
		}
		f.next += 2
	case 4:
		f.must(f.WritePushPromise(http2.PushPromiseParam{StreamID: f.stream(), PromiseID: 2, BlockFragment: []byte{0x82}, EndHeaders: true}))
	case 5:
		fmt.Fprintf(f.out, "GET /?id=1 HTTP/1.1\r\nHost: a\r\n\r\n")
	default:
		f.must(f.WriteDataPadded(f.stream(), true, []byte("p"), bytes.Repeat([]byte{1}, f.IntN(200))))
	}
}
