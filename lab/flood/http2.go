package flood

import (
	"bytes"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// frames returns what a function writes to a framer.
func frames(write func(f *http2.Framer)) string {
	var b bytes.Buffer
	f := http2.NewFramer(&b, nil)
	f.AllowIllegalWrites = true
	write(f)
	return b.String()
}

// block is the header block of a request for a target.
func block(target string) []byte {
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	for _, field := range [][2]string{{":method", "GET"}, {":scheme", "http"}, {":authority", "flood"}, {":path", target}} {
		_ = e.WriteField(hpack.HeaderField{Name: field[0], Value: field[1], Sensitive: true}) // writes to memory cannot fail
	}
	return b.Bytes()
}

// The frames below are written into memory, which cannot fail.

// opening is the preface and the settings.
func opening(settings ...http2.Setting) string {
	return http2.ClientPreface + frames(func(f *http2.Framer) { _ = f.WriteSettings(settings...) })
}

// batch is how many frames are sent at a time.
const batch = 100

// each makes a batch of frames; the function writes those of one stream.
func each(write func(f *http2.Framer, stream uint32)) func(int) string {
	return func(n int) string {
		return frames(func(f *http2.Framer) {
			for i := range batch {
				write(f, uint32(n*batch+i)*2+1)
			}
		})
	}
}

func request(target string, end, whole bool) func(*http2.Framer, uint32) {
	head := block(target)
	return func(f *http2.Framer, stream uint32) {
		_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: head, EndStream: end, EndHeaders: whole})
	}
}

func http2Kinds() []Kind {
	get, slow := request("/?id=1&sleep=0", true, true), request("/?id=1&sleep=1h", true, true)
	begun := request("/?id=1&sleep=1h", false, true)
	reset := func(f *http2.Framer, stream uint32) { _ = f.WriteRSTStream(stream, http2.ErrCodeCancel) }
	both := func(ask func(*http2.Framer, uint32)) func(int) string {
		return each(func(f *http2.Framer, stream uint32) {
			ask(f, stream)
			reset(f, stream)
		})
	}
	once := func(write func(f *http2.Framer, stream uint32)) string {
		return frames(func(f *http2.Framer) { write(f, 1) })
	}
	all := []Kind{
		{Name: "h2-pings", About: "pings, and never reads", More: each(func(f *http2.Framer, _ uint32) { _ = f.WritePing(false, [8]byte{}) })},
		{Name: "h2-settings", About: "settings, and never reads", More: each(func(f *http2.Framer, _ uint32) { _ = f.WriteSettings() })},
		{Name: "h2-requests", About: "asks and never reads", More: each(get)},
		{Name: "h2-requests-read", About: "asks as fast as it can, and reads", More: each(get), Reads: true},
		{Name: "h2-no-window", About: "asks and opens no window", Opens: opening(http2.Setting{ID: http2.SettingInitialWindowSize}), More: each(get), Reads: true},
		{Name: "h2-rapid-reset", About: "asks and resets the stream at once", More: both(get), Reads: true},
		{Name: "h2-rapid-reset-slow", About: "the same for slow work", More: both(slow), Reads: true},
		{Name: "h2-continuation", About: "a head without an end", Opens: opening() + once(request("/", true, false)), More: each(func(f *http2.Framer, _ uint32) {
			_ = f.WriteContinuation(1, false, block(strings.Repeat("a", 1000)))
		})},
		{Name: "h2-window-updates", About: "opens its window byte by byte", More: each(func(f *http2.Framer, _ uint32) { _ = f.WriteWindowUpdate(0, 1) })},
		{Name: "h2-priorities", About: "priorities of streams that are not there", More: each(func(f *http2.Framer, stream uint32) {
			_ = f.WritePriority(stream, http2.PriorityParam{StreamDep: stream + 2})
		})},
		{Name: "h2-unknown", About: "frames of an unknown kind", More: each(func(f *http2.Framer, _ uint32) { _ = f.WriteRawFrame(0xbe, 0, 0, make([]byte, 100)) })},
		{Name: "h2-body", About: "a body of which nothing is read", Opens: opening() + once(begun), More: each(func(f *http2.Framer, _ uint32) { _ = f.WriteData(1, false, make([]byte, 100)) })},
		{Name: "h2-closed-streams", About: "bodies of streams that have been reset, and never reads", Opens: opening() + once(get) + once(reset), More: each(func(f *http2.Framer, _ uint32) {
			_ = f.WriteData(1, false, []byte("a"))
		})},
	}
	for i := range all {
		if all[i].HTTP2 = true; all[i].Opens == "" {
			all[i].Opens = opening()
		}
	}
	return all
}
