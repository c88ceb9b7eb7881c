package hypercorn_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/target-server/target-server/eventloop/sim"
)

// frames formats what an HTTP/2 client sends.
func frames(write func(f *http2.Framer)) string {
	var b bytes.Buffer
	f := http2.NewFramer(&b, nil)
	f.AllowIllegalWrites = true
	write(f)
	return b.String()
}

func h2Settings(settings ...http2.Setting) string {
	return frames(func(f *http2.Framer) { _ = f.WriteSettings(settings...) })
}

// h2Window is the setting of the window that new streams have.
func h2Window(n uint32) string {
	return h2Settings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: n})
}

func h2Block(method, path string) []byte {
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	e.SetMaxDynamicTableSize(0)
	for _, f := range [][2]string{{":method", method}, {":scheme", "http"}, {":authority", "lab"}, {":path", path}} {
		_ = e.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
	}
	return b.Bytes()
}

func h2Get(id uint32, method, path string, whole bool) string {
	return frames(func(f *http2.Framer) {
		_ = f.WriteHeaders(http2.HeadersFrameParam{
			StreamID: id, BlockFragment: h2Block(method, path), EndStream: whole, EndHeaders: true,
		})
	})
}

func h2Reset(id uint32) string {
	return frames(func(f *http2.Framer) { _ = f.WriteRSTStream(id, http2.ErrCodeCancel) })
}

func h2More(id, n uint32) string {
	return frames(func(f *http2.Framer) { _ = f.WriteWindowUpdate(id, n) })
}

func h2Data(id uint32, last bool) string {
	return frames(func(f *http2.Framer) { _ = f.WriteData(id, last, []byte("abc")) })
}

// seen is what a client has seen, and when.
type seen struct {
	at   time.Duration
	what string
}

// h2Seen are the frames that a client got, and its connection's end.
func h2Seen(c *sim.Client) []seen {
	var all []seen
	stream, at := "", []time.Duration{}
	for _, p := range c.Pieces {
		stream += p.Text
		for range len(p.Text) {
			at = append(at, p.At)
		}
	}
	offset := 0
	if strings.HasPrefix(stream, "HTTP/1.1 101") {
		offset = strings.Index(stream, "\r\n\r\n") + 4
	}
	decoder := hpack.NewDecoder(4096, nil)
	for len(stream)-offset >= 9 {
		n := int(binary.BigEndian.Uint32([]byte(stream[offset:])) >> 8)
		end := offset + 9 + n
		if f, err := http2.NewFramer(nil, strings.NewReader(stream[offset:end])).ReadFrame(); err == nil {
			all = append(all, seen{at[end-1], spell(f, decoder)})
		}
		offset = end
	}
	switch {
	case c.Ended == sim.Never:
	case c.Reset:
		all = append(all, seen{c.Ended, "reset"})
	default:
		all = append(all, seen{c.Ended, "fin"})
	}
	return all
}

func spell(frame http2.Frame, decoder *hpack.Decoder) string {
	end := map[bool]string{true: " END"}
	switch f := frame.(type) {
	case *http2.DataFrame:
		return fmt.Sprintf("DATA %d%s/%d", len(f.Data()), end[f.StreamEnded()], f.StreamID)
	case *http2.HeadersFrame:
		fields, _ := decoder.DecodeFull(f.HeaderBlockFragment())
		return fmt.Sprintf("HEADERS %s%s/%d", fields[0].Value, end[f.StreamEnded()], f.StreamID)
	case *http2.RSTStreamFrame:
		return fmt.Sprintf("RST_STREAM code %d/%d", f.ErrCode, f.StreamID)
	case *http2.GoAwayFrame:
		return fmt.Sprintf("GOAWAY last %d code %d", f.LastStreamID, f.ErrCode)
	case *http2.SettingsFrame:
		if f.IsAck() {
			return "SETTINGS ack"
		}
	}
	return strings.ToUpper(frame.Header().Type.String())
}
