package live

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"
)

// longestEvent bounds what is kept of an event, in bytes. A frame has at most a few hundred kilobytes for each worker.
const longestEvent = 16 << 20

// event is a server-sent event.
type event struct {
	name string // empty for a message without a name
	id   int64  // of the last event that had a numeric one
	data []byte // valid until the next event
	cut  bool   // data was longer than longestEvent, and is left out
}

// decoder splits a stream into events.
type decoder struct {
	r     *bufio.Reader
	e     event
	some  bool          // the event has data, even if that is empty
	retry time.Duration // as the server asks for; 0 if it does not
}

func newDecoder(r io.Reader) *decoder { return &decoder{r: bufio.NewReaderSize(r, 64<<10)} }

// next reads until an event is complete. An event that the stream's end cuts short is left out.
func (d *decoder) next() (event, error) {
	d.e, d.some = event{id: d.e.id, data: d.e.data[:0]}, false
	for {
		empty, err := d.line()
		if err != nil {
			return event{}, err
		}
		if empty && d.some {
			return d.e, nil
		}
		if empty {
			d.e.name = ""
		}
	}
}

// line reads a line, whose value may be longer than the reader's buffer.
func (d *decoder) line() (empty bool, err error) {
	part, whole, err := d.part()
	if err != nil {
		return false, err
	}
	if whole && len(part) == 0 {
		return true, nil
	}
	name, value, _ := bytes.Cut(part, []byte{':'})
	value = bytes.TrimPrefix(value, []byte{' '})
	isData := string(name) == "data"
	if isData {
		d.begin()
		d.keep(value)
	} else {
		d.set(string(name[:min(len(name), len("event"))]), value)
	}
	for !whole {
		part, whole, err = d.part()
		if err != nil {
			return false, err
		}
		if isData {
			d.keep(part)
		}
	}
	return false, nil
}

// part reads to the end of a line, or as much of it as the buffer holds.
func (d *decoder) part() (text []byte, whole bool, err error) {
	text, err = d.r.ReadSlice('\n')
	switch {
	case err == nil:
		return bytes.TrimSuffix(text[:len(text)-1], []byte{'\r'}), true, nil
	case errors.Is(err, bufio.ErrBufferFull):
		return text, false, nil
	}
	return nil, false, err
}

// begin is called for each line of an event's data.
func (d *decoder) begin() {
	if d.some {
		d.keep([]byte{'\n'})
	}
	d.some = true
}

// keep adds to the event's data, as long as there is room.
func (d *decoder) keep(part []byte) {
	if d.e.cut || len(d.e.data)+len(part) > longestEvent {
		d.e.cut, d.e.data = true, d.e.data[:0]
		return
	}
	d.e.data = append(d.e.data, part...)
}

// set takes a field that is not data.
func (d *decoder) set(name string, value []byte) {
	const longest = 32
	text := string(value[:min(len(value), longest)])
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case name == "event":
		d.e.name = text
	case err != nil || n < 0:
	case name == "id":
		d.e.id = n
	case name == "retry":
		const most = 1 << 20
		d.retry = time.Duration(min(n, most)) * time.Millisecond
	}
}
