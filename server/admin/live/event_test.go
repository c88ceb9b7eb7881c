package live

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/target-server/target-server/internal/check"
)

// However the bytes are split, the events are the same.
func TestEvents(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a frame", "id: 7\ndata: {}\n\n", "7//{} "},
		{"a comment between", ": still here\n\nid: 7\ndata: {}\n\n: x\n\n", "7//{} "},
		{"a name", "event: trouble\ndata: {}\n\ndata: 2\n\n", "0/trouble/{} 0//2 "},
		{"a name without data counts for no other event", "event: trouble\n\ndata: 2\n\n", "0//2 "},
		{"several lines of data", "data: 1\ndata:2\ndata\ndata:  3\n\n", "0//1|2|| 3 "},
		{"carriage returns", "id: 1\r\ndata: 1\r\n\r\n", "1//1 "},
		{"the id lasts", "id: 3\ndata: 1\n\ndata: 2\n\nid: x\ndata: 3\n\n", "3//1 3//2 3//3 "},
		{"cut short", "data: 1\n\ndata: 2\n", "0//1 "},
		{"unknown fields", "colour: red\ndatabase: 1\nDATA: 1\ndata: 2\n\n", "0//2 "},
		{"no event", "{\"status\":404}", ""},
		{"a field of many bytes", "colour: " + strings.Repeat("x", 300_000) + "\ndata: 2\n\n", "0//2 "},
		{"an id of many bytes", "id: " + strings.Repeat("7", 300_000) + "\ndata: 2\n\n", "0//2 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check.Equal(t, "at once", events(strings.NewReader(tt.text)), tt.want)
			check.Equal(t, "byte by byte", events(iotest.OneByteReader(strings.NewReader(tt.text))), tt.want)
		})
	}
}

func events(r io.Reader) string {
	var b strings.Builder
	d := newDecoder(r)
	for {
		e, err := d.next()
		if err != nil {
			return b.String()
		}
		fmt.Fprintf(&b, "%d/%s/%s ", e.id, e.name, bytes.ReplaceAll(e.data, []byte{'\n'}, []byte{'|'}))
	}
}

// An event without an end takes bounded memory, and the next one is read.
func TestEventThatIsTooLong(t *testing.T) {
	huge := io.LimitReader(zeros{}, longestEvent+(1<<20))
	d := newDecoder(io.MultiReader(strings.NewReader("id: 1\ndata: "), huge, strings.NewReader("\ndata: more\n\nid: 2\ndata: 2\n\n")))
	e, err := d.next()
	if err != nil || !e.cut || len(e.data) != 0 || cap(e.data) > 2*longestEvent {
		t.Fatalf("got %d bytes of %d, cut %v, error %v; want none", len(e.data), cap(e.data), e.cut, err)
	}
	e, err = d.next()
	check.Equal(t, "the next", fmt.Sprint(e.id, string(e.data), e.cut, err), "22false <nil>")
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '0'
	}
	return len(b), nil
}

func TestRetry(t *testing.T) {
	for text, want := range map[string]time.Duration{"1000": time.Second, "-1": 0, "soon": 0, "99999999999": 1 << 20 * time.Millisecond} {
		d := newDecoder(strings.NewReader("retry: " + text + "\n\n"))
		_, _ = d.next()
		check.Equal(t, text, d.retry, want)
	}
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte("id: 7\nevent: trouble\ndata: {}\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if whole, parts := events(bytes.NewReader(text)), events(iotest.OneByteReader(bytes.NewReader(text))); whole != parts {
			t.Errorf("at once %q, byte by byte %q", whole, parts)
		}
	})
}
