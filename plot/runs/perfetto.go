package runs

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"time"
)

// The fields of Perfetto's messages that are read, as in perfetto/protos/perfetto/trace/; see package trace for the others.
const (
	packetTag = 1<<3 | 2 // of Trace

	packetTime     = 8 // of TracePacket
	packetSequence = 10
	packetEvent    = 11
	packetInterned = 12
	packetTrack    = 60

	internedKeys = 3 // of InternedData
	internedID   = 1 // of DebugAnnotationName
	internedName = 2

	trackUUID   = 1 // of TrackDescriptor
	trackName   = 2
	trackThread = 4
	threadPID   = 1 // of ThreadDescriptor
	threadTID   = 2

	eventAnnotation = 4 // of TrackEvent
	eventType       = 9
	eventTrack      = 11
	eventName       = 23
	eventFlow       = 47
	eventCorrelated = 52

	annotationKey    = 1 // of DebugAnnotation
	annotationInt    = 4
	annotationDouble = 5
	annotationText   = 6
	annotationName   = 10

	sliceBegin = 1 // TrackEvent.Type
	sliceEnd   = 2
	instant    = 3
)

// requestsTrack is the name of the tracks that have a slice for each request.
const requestsTrack = "requests"

// perfetto is a trace that is being read.
type perfetto struct {
	*reader
	requests map[uint64]bool // whether a track has requests
	threads  map[uint64]row  // the worker and the thread of other tracks
	open     map[uint64]*row // by track
	flows    map[uint64]*row // the same, by flow
	flowOf   map[uint64]uint64
	keys     map[interned]string // the names of annotations
}

// interned is the number of a name, which each process chooses for itself.
type interned struct{ process, number uint64 }

// event is something that happens on a track.
type event struct {
	at, kind, track, flow uint64
	name                  string
	nameOf                func(key uint64) string
	texts                 map[string]string // nil without any
	numbers               map[string]float64
}

var errNotTrace = errors.New("is not a trace of target-server; accepted: " + Accepted)

// isPerfetto reports whether a file begins as the traces of target-server do: their lengths have a fixed number of bytes.
func isPerfetto(begin []byte) bool {
	return len(begin) >= 2 && begin[0] == packetTag && begin[1] >= 0x80
}

// trace reads a file of --trace FILE.pftrace.
func (r *reader) trace(input *bufio.Reader) error {
	p := &perfetto{r, map[uint64]bool{}, map[uint64]row{}, map[uint64]*row{}, map[uint64]*row{}, map[uint64]uint64{}, map[interned]string{}}
	r.blank = false
	for {
		tag, err := input.ReadByte()
		if err != nil {
			break
		}
		length, err := binary.ReadUvarint(input)
		if tag != packetTag || length > longestLine*4 {
			return errNotTrace
		}
		packet := make([]byte, length)
		if _, failed := io.ReadFull(input, packet); err != nil || failed != nil {
			r.cutOff = true
			break
		}
		if err := p.packet(packet); err != nil {
			return err
		}
		if len(p.requests)+len(p.threads)+len(p.open)+len(p.flows)+len(p.flowOf) > Most {
			return errTooMany
		}
	}
	for _, track := range slices.Sorted(maps.Keys(p.open)) {
		if !p.open[track].plausible() {
			return errNotTrace
		}
		if err := r.add(*p.open[track]); err != nil {
			return err
		}
	}
	return nil
}

// field is a field of a message: a number, or the content of a text or message.
type field struct {
	id      int
	number  uint64
	content []byte
}

// fields calls do for each field of a message.
func fields(message []byte, do func(field)) error {
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 {
			return errNotTrace
		}
		message = message[n:]
		f := field{id: int(tag >> 3)}
		switch tag & 7 {
		case 0:
			if f.number, n = binary.Uvarint(message); n <= 0 {
				return errNotTrace
			}
		case 1:
			if n = 8; len(message) >= n {
				f.number = binary.LittleEndian.Uint64(message)
			}
		case 2:
			length, size := binary.Uvarint(message)
			if size <= 0 || length > uint64(len(message)-size) {
				return errNotTrace
			}
			n = size + int(length)
			f.content = message[size:n]
		case 5:
			n = 4
		default:
			return errNotTrace
		}
		if n > len(message) {
			return errNotTrace
		}
		do(f)
		message = message[n:]
	}
	return nil
}

// packet reads a packet: a track, or an event.
func (p *perfetto) packet(packet []byte) error {
	var e event
	var sequence uint64
	var track, happened, names []byte
	err := fields(packet, func(f field) {
		switch f.id {
		case packetTime:
			e.at = f.number
		case packetSequence:
			sequence = f.number
		case packetInterned:
			names = f.content
		case packetTrack:
			track = f.content
		case packetEvent:
			happened = f.content
		}
	})
	switch {
	case err != nil:
		return err
	case track != nil:
		return p.track(track)
	case names != nil:
		return p.intern(sequence, names)
	case happened == nil:
		return nil
	}
	e.nameOf = func(number uint64) string { return p.keys[interned{sequence, number}] }
	if err := e.read(happened); err != nil {
		return err
	}
	return p.happened(e)
}

// intern reads the names of annotations.
func (p *perfetto) intern(sequence uint64, message []byte) error {
	var failed error
	err := fields(message, func(f field) {
		if f.id != internedKeys {
			return
		}
		var number uint64
		var name string
		failed = cmp.Or(failed, fields(f.content, func(f field) {
			switch f.id {
			case internedID:
				number = f.number
			case internedName:
				name = string(f.content)
			}
		}))
		if len(p.keys) < mostKeys {
			p.keys[interned{sequence, number}] = name
		}
	})
	return cmp.Or(err, failed)
}

// mostKeys bounds the names of annotations: a process has about a dozen.
const mostKeys = 1 << 16

func (p *perfetto) track(message []byte) error {
	var uuid uint64
	var name string
	var thread []byte
	err := fields(message, func(f field) {
		switch f.id {
		case trackUUID:
			uuid = f.number
		case trackName:
			name = string(f.content)
		case trackThread:
			thread = f.content
		}
	})
	if name == requestsTrack {
		p.requests[uuid] = true
	}
	if err != nil || thread == nil {
		return err
	}
	var of row
	err = fields(thread, func(f field) {
		switch f.id {
		case threadPID:
			of.worker = int(f.number)
		case threadTID:
			of.thread = int(f.number)
		}
	})
	if of.thread == of.worker {
		of.thread = 0 // the main thread
	}
	p.threads[uuid] = of
	return err
}

func (e *event) read(message []byte) error {
	var failed error
	err := fields(message, func(f field) {
		switch f.id {
		case eventType:
			e.kind = f.number
		case eventTrack:
			e.track = f.number
		case eventName:
			e.name = string(f.content)
		case eventFlow, eventCorrelated:
			e.flow = f.number
		case eventAnnotation:
			failed = cmp.Or(failed, e.annotation(f.content))
		}
	})
	return cmp.Or(err, failed)
}

func (e *event) annotation(message []byte) error {
	var name string
	var text *string
	var number *float64
	err := fields(message, func(f field) {
		switch f.id {
		case annotationName:
			name = string(f.content)
		case annotationKey:
			name = e.nameOf(f.number)
		case annotationText:
			text = new(string(f.content))
		case annotationInt:
			number = new(float64(f.number))
		case annotationDouble:
			number = new(math.Float64frombits(f.number))
		}
	})
	if text != nil {
		if e.texts == nil {
			e.texts = map[string]string{}
		}
		e.texts[name] = *text
	}
	if number != nil {
		if e.numbers == nil {
			e.numbers = map[string]float64{}
		}
		e.numbers[name] = *number
	}
	return err
}

// happened follows the requests: a slice on their track begins when they arrive and ends when they do, with what a row says
// of them. Of one that has not ended, a slice of the same flow on a thread tells that it has started.
func (p *perfetto) happened(e event) error {
	switch one := p.open[e.track]; {
	case p.requests[e.track] && e.kind == sliceBegin:
		one = &row{arrival: time.Unix(0, int64(e.at)), wait: -1, work: -1, id: e.texts["id"], outcome: "waiting"}
		p.open[e.track], p.flows[e.flow], p.flowOf[e.track] = one, one, e.flow
	case one != nil && e.kind == sliceEnd:
		delete(p.open, e.track)
		delete(p.flows, p.flowOf[e.track])
		return p.ended(*one, e)
	case e.kind == sliceBegin && p.flows[e.flow] != nil:
		of, isThread := p.threads[e.track]
		if one := p.flows[e.flow]; isThread && one.start.IsZero() {
			one.start, one.worker, one.thread, one.outcome = time.Unix(0, int64(e.at)), of.worker, of.thread, "working"
		}
	case e.kind == instant:
		p.warned(e.name)
	}
	return nil
}

// ended completes a row by the end of its slice.
func (p *perfetto) ended(one row, e event) error {
	one.wait, one.work, one.outcome = e.numbers["wait"], e.numbers["work"], e.texts["outcome"]
	one.worker, one.thread, one.number = int(e.numbers["worker"]), int(e.numbers["thread_number"]), int(e.numbers["number"])
	one.end, one.start = time.Unix(0, int64(e.at)), time.Time{}
	if one.number > 0 {
		one.start = one.arrival.Add(span(one.wait))
	}
	if !one.plausible() {
		return fmt.Errorf("has a request that ends before it arrives; accepted: %s", Accepted)
	}
	return p.add(one)
}
