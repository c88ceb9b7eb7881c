package tracetext

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// field is a field of a protobuf message.
type field struct {
	number int
	value  uint64
	bytes  []byte // of text or a message
}

var errCut = errors.New("a message ends early")

// fields reads a message.
func fields(message []byte) ([]field, error) {
	var all []field
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 {
			return nil, errCut
		}
		message = message[n:]
		f := field{number: int(tag >> 3)}
		switch tag & 7 {
		case 0:
			if f.value, n = binary.Uvarint(message); n <= 0 {
				return nil, errCut
			}
		case 1:
			if n = 8; len(message) < n {
				return nil, errCut
			}
			f.value = binary.LittleEndian.Uint64(message)
		case 2:
			length, size := binary.Uvarint(message)
			if size <= 0 || length > uint64(len(message)-size) {
				return nil, errCut
			}
			n = size + int(length)
			f.bytes = message[size:n]
		default:
			return nil, fmt.Errorf("field %d has wire type %d", f.number, tag&7)
		}
		all, message = append(all, f), message[n:]
	}
	return all, nil
}

// text is a trace that is being read.
type text struct {
	tracks map[uint64]string
	keys   map[uint64]string
	named  map[string]int
	lines  []string
}

// Lines are a trace's tracks and events. Times are since the trace's clock began; lanes of the same name are numbered.
func Lines(trace []byte) ([]string, error) {
	packets, err := fields(trace)
	if err != nil {
		return nil, err
	}
	t := &text{tracks: map[uint64]string{}, keys: map[uint64]string{}, named: map[string]int{}}
	for _, p := range packets {
		if p.number != 1 {
			return nil, fmt.Errorf("field %d is no packet", p.number)
		}
		if err := t.packet(p.bytes); err != nil {
			return t.lines, err
		}
	}
	return t.lines, nil
}

func (t *text) packet(message []byte) error {
	all, err := fields(message)
	if err != nil {
		return err
	}
	var at time.Duration
	for _, f := range all {
		switch f.number {
		case 8:
			at = time.Duration(f.value)
		case 11:
			err = t.event(at, f.bytes)
		case 12:
			err = t.interned(f.bytes)
		case 60:
			err = t.track(f.bytes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *text) interned(message []byte) error {
	all, err := fields(message)
	for _, f := range all {
		entry, err := fields(f.bytes)
		if err != nil || len(entry) != 2 {
			return errors.Join(err, errors.New("a key is not a number and a name"))
		}
		t.keys[entry[0].value] = string(entry[1].bytes)
	}
	return err
}

// track notes a track's name: of a process or thread its own.
func (t *text) track(message []byte) error {
	all, err := fields(message)
	var uuid uint64
	var name string
	for _, f := range all {
		switch f.number {
		case 1:
			uuid = f.value
		case 2:
			name = string(f.bytes)
		case 3, 4:
			of, err := fields(f.bytes)
			if err != nil {
				return err
			}
			var number uint64
			for _, g := range of {
				switch {
				case f.number == 3 && g.number == 6, f.number == 4 && g.number == 5:
					name = string(g.bytes)
				case g.number == 2:
					number = g.value
				}
			}
			if f.number == 4 && name != "event loop" {
				name += fmt.Sprint(" #", number)
			}
		}
	}
	if t.named[name]++; t.named[name] > 1 {
		name = fmt.Sprintf("%s/%d", name, t.named[name])
	}
	t.tracks[uuid] = name
	return err
}

func (t *text) event(at time.Duration, message []byte) error {
	all, err := fields(message)
	var kind, track, name string
	var said []string
	for _, f := range all {
		switch f.number {
		case 9:
			kind = map[uint64]string{1: "begin", 2: "end", 3: "instant"}[f.value]
		case 11:
			track = t.tracks[f.value]
		case 23:
			name = " " + string(f.bytes)
		case 47, 52:
			said = append(said, fmt.Sprintf("%s=%d", map[int]string{47: "flow", 52: "of"}[f.number], f.value&0xffff))
		case 4:
			annotation, err := t.annotation(f.bytes)
			if err != nil {
				return err
			}
			said = append(said, annotation)
		}
	}
	line := fmt.Sprintf("%v %s: %s%s %s", at, track, kind, name, strings.Join(said, " "))
	t.lines = append(t.lines, strings.TrimRight(line, " "))
	return err
}

func (t *text) annotation(message []byte) (string, error) {
	all, err := fields(message)
	var name, value string
	for _, f := range all {
		switch f.number {
		case 1:
			name = t.keys[f.value]
		case 2:
			value = fmt.Sprint(f.value != 0)
		case 4:
			value = fmt.Sprint(int64(f.value))
		case 5:
			value = fmt.Sprint(math.Float64frombits(f.value))
		case 6:
			value = fmt.Sprintf("%q", f.bytes)
		}
	}
	return name + "=" + value, err
}

// Unbalanced says what is wrong with the slices of a trace: one that ends without having begun, one that begins while another
// goes on in its track, and those that have not ended.
func Unbalanced(lines []string) (wrong []string) {
	open := map[string]string{}
	for _, line := range lines {
		_, what, _ := strings.Cut(line, " ")
		track, what, _ := strings.Cut(what, ": ")
		before, isOpen := open[track]
		switch begins, ends := strings.HasPrefix(what, "begin"), strings.HasPrefix(what, "end"); {
		case begins && isOpen:
			wrong = append(wrong, line+" during "+before)
		case begins:
			open[track] = line
		case ends && !isOpen:
			wrong = append(wrong, line+" without a beginning")
		case ends:
			delete(open, track)
		}
	}
	for _, line := range open {
		wrong = append(wrong, line+" does not end")
	}
	return wrong
}
