package trace

import (
	"bytes"
	"encoding/binary"
	"time"
)

// The fields of Perfetto's messages, as in perfetto/protos/perfetto/trace/.
const (
	packetField = 1 // of Trace

	packetClocks    = 6 // of TracePacket
	packetTime      = 8
	packetSequence  = 10
	packetEvent     = 11
	packetInterned  = 12
	packetFlags     = 13
	packetTrack     = 60
	snapshotClock   = 1 // of ClockSnapshot
	clockID         = 1 // of ClockSnapshot.Clock
	clockTime       = 2
	internedKeys    = 3 // of InternedData
	internedID      = 1 // of DebugAnnotationName
	internedName    = 2
	trackUUID       = 1 // of TrackDescriptor
	trackName       = 2
	trackProcess    = 3
	trackThread     = 4
	trackParent     = 5
	trackOrder      = 11
	trackRank       = 12
	trackThreads    = 20
	processPID      = 1 // of ProcessDescriptor
	processName     = 6
	processStart    = 7
	threadPID       = 1 // of ThreadDescriptor
	threadTID       = 2
	threadName      = 5
	eventAnnotation = 4 // of TrackEvent
	eventType       = 9
	eventTrack      = 11
	eventName       = 23
	eventFlow       = 47
	eventCorrelated = 52

	annotationKey    = 1 // of DebugAnnotation
	annotationBool   = 2
	annotationInt    = 4
	annotationDouble = 5
	annotationText   = 6
)

// Values of these fields.
const (
	clockRealtime = 1 // BuiltinClock
	clockBoottime = 6 // the clock of a packet's time
	flagCleared   = 1 // TracePacket.SequenceFlags
	inOrderOfRank = 3 // TrackDescriptor.ChildTracksOrdering
	threadsByRank = 1 // TrackDescriptor.ThreadOrdering
	sliceBegin    = 1 // TrackEvent.Type
	sliceEnd      = 2
	instant       = 3
)

// Perfetto encodes a trace that Perfetto opens, as packets of track events. Each process has its own; the packets of
// several may follow each other in one file in any order, as long as each one's own stay in order.
//
// Times are in nanoseconds of one clock, the same for all processes.
type Perfetto struct {
	process Process
	base    uint64 // of the numbers of tracks
	prefix  []byte // of every packet, up to its sequence
	tracks  uint64
	buffer  []byte
	packet  int // where the open packet's message begins; 0 if none is open
	event   int // and its event's
}

// Process is what a trace says of a process.
type Process struct {
	PID   int // its own among those that share the file
	Name  string
	Start time.Duration // by the clock of the trace
}

// Track is a line in the picture. Slices on one track must nest.
type Track uint64

// Flow is what arrows connect: all that happens under one flow, in the order of time.
type Flow uint64

// Key names what is added to a slice or moment: the place of its name among those that NewPerfetto is given.
type Key uint8

// NewPerfetto begins a process's part of a trace, with the names of what is added to slices and moments.
func NewPerfetto(process Process, keys ...string) *Perfetto {
	p := &Perfetto{process: process, base: uint64(process.PID) << trackBits}
	p.prefix, _ = openMessage(nil, packetField)
	p.prefix = appendVarint(p.prefix, packetSequence, uint64(process.PID))
	p.describe()
	p.intern(keys)
	return p
}

// trackBits is how many bits of a track's number tell it from others of its process.
const trackBits = 24

// describe describes the process.
func (p *Perfetto) describe() {
	p.tracks++
	p.begin()
	track := p.open(packetTrack)
	p.buffer = appendVarint(p.buffer, trackUUID, uint64(p.Process()))
	p.buffer = appendVarint(p.buffer, trackOrder, inOrderOfRank)
	p.buffer = appendVarint(p.buffer, trackThreads, threadsByRank)
	process := p.open(trackProcess)
	p.buffer = appendVarint(p.buffer, processPID, uint64(p.process.PID))
	p.buffer = appendText(p.buffer, processName, valid(p.process.Name))
	p.buffer = appendVarint(p.buffer, processStart, uint64(p.process.Start))
	closeMessage(p.buffer, process)
	closeMessage(p.buffer, track)
	p.end()
}

// intern numbers the keys, from 1.
func (p *Perfetto) intern(keys []string) {
	p.begin()
	p.buffer = appendVarint(p.buffer, packetFlags, flagCleared)
	interned := p.open(packetInterned)
	for i, key := range keys {
		start := p.open(internedKeys)
		p.buffer = appendVarint(p.buffer, internedID, uint64(i+1))
		p.buffer = appendText(p.buffer, internedName, valid(key))
		closeMessage(p.buffer, start)
	}
	closeMessage(p.buffer, interned)
	p.end()
}

// Clocks encodes what the time of the trace is by the wall clock, with which a file begins. One file has it once.
func Clocks(at time.Duration, wall time.Time) []byte {
	b, packet := openMessage(nil, packetField)
	b = appendVarint(b, packetTime, uint64(at))
	b, snapshot := openMessage(b, packetClocks)
	for _, c := range [][2]uint64{{clockBoottime, uint64(at)}, {clockRealtime, uint64(wall.UnixNano())}} {
		var clock int
		b, clock = openMessage(b, snapshotClock)
		b = appendVarint(b, clockID, c[0])
		b = appendVarint(b, clockTime, c[1])
		closeMessage(b, clock)
	}
	closeMessage(b, snapshot)
	closeMessage(b, packet)
	return b
}

// Process is the track of the process itself.
func (p *Perfetto) Process() Track { return Track(p.base | 1) }

// NewFlow is the flow of that number, which the process must use only once.
func (p *Perfetto) NewFlow(number uint64) Flow { return Flow(p.base<<flowBits + number) }

// flowBits are how many more bits than a track's the number of a flow may have.
const flowBits = 16

// Track adds a track below another. Tracks are shown by rank; tracks of the same parent and name are shown as one, whose
// slices may overlap.
func (p *Perfetto) Track(parent Track, name string, rank int) Track {
	t, start := p.track(parent, name, rank)
	closeMessage(p.buffer, start)
	p.end()
	return t
}

// Thread adds a track for a thread of the process. The number of its main thread is the process's.
func (p *Perfetto) Thread(number int, name string, rank int) Track {
	t, start := p.track(p.Process(), "", rank)
	thread := p.open(trackThread)
	p.buffer = appendVarint(p.buffer, threadPID, uint64(p.process.PID))
	p.buffer = appendVarint(p.buffer, threadTID, uint64(number))
	p.buffer = appendText(p.buffer, threadName, valid(name))
	closeMessage(p.buffer, thread)
	closeMessage(p.buffer, start)
	p.end()
	return t
}

func (p *Perfetto) track(parent Track, name string, rank int) (t Track, start int) {
	p.tracks++
	t = Track(p.base | p.tracks)
	p.begin()
	start = p.open(packetTrack)
	p.buffer = appendVarint(p.buffer, trackUUID, uint64(t))
	p.buffer = appendVarint(p.buffer, trackParent, uint64(parent))
	if name != "" {
		p.buffer = appendText(p.buffer, trackName, valid(name))
	}
	p.buffer = appendVarint(p.buffer, trackOrder, inOrderOfRank)
	p.buffer = appendVarint(p.buffer, trackRank, uint64(rank))
	return t, start
}

// Begin begins a slice. Its name is all the parts given. What is called next adds to it: [Perfetto.Flow], [Perfetto.Text] and
// so on.
func (p *Perfetto) Begin(t Track, at time.Duration, name ...string) {
	p.happens(sliceBegin, t, at, name)
}

// End ends the slice of the track that began last. What is called next adds to it.
func (p *Perfetto) End(t Track, at time.Duration) { p.happens(sliceEnd, t, at, nil) }

// Instant notes a moment. What is called next adds to it.
func (p *Perfetto) Instant(t Track, at time.Duration, name string) {
	p.happens(instant, t, at, []string{name})
}

func (p *Perfetto) happens(kind byte, t Track, at time.Duration, name []string) {
	p.begin()
	b := binary.AppendUvarint(append(p.buffer, packetTime<<3), uint64(at))
	b = append(b, packetEvent<<3|2, 0x80, 0)
	p.event = len(b)
	b = binary.AppendUvarint(append(b, eventType<<3, kind, eventTrack<<3), uint64(t))
	if name != nil {
		for i, part := range name {
			name[i] = valid(part)
		}
		b = appendText(b, eventName, name...)
	}
	p.buffer = b
}

// Flow draws an arrow from the flow's last slice or moment to this one.
func (p *Perfetto) Flow(f Flow) { p.buffer = appendFixed64(p.buffer, eventFlow, uint64(f)) }

// Correlate says that the slice belongs to a flow without an arrow.
func (p *Perfetto) Correlate(f Flow) { p.buffer = appendVarint(p.buffer, eventCorrelated, uint64(f)) }

// Text adds a text to what happens. A byte that is not UTF-8 becomes U+FFFD, and what is beyond 1000 bytes is left out.
func (p *Perfetto) Text(k Key, value string) {
	value = valid(value)
	p.annotate(k, 1+sizeOfVarint(uint64(len(value)))+len(value))
	p.buffer = appendText(p.buffer, annotationText, value)
}

// Int adds a whole number to what happens.
func (p *Perfetto) Int(k Key, value int) {
	p.annotate(k, 1+sizeOfVarint(uint64(value)))
	p.buffer = appendVarint(p.buffer, annotationInt, uint64(value))
}

// Seconds adds a duration to what happens, as a number of seconds.
func (p *Perfetto) Seconds(k Key, value time.Duration) {
	p.annotate(k, 1+8)
	p.buffer = appendDouble(p.buffer, annotationDouble, value.Seconds())
}

// Bool adds a truth value to what happens.
func (p *Perfetto) Bool(k Key, value bool) {
	n := uint64(0)
	if value {
		n = 1
	}
	p.annotate(k, 1+1)
	p.buffer = appendVarint(p.buffer, annotationBool, n)
}

// Said is what add adds, to be added again by Say: for what is said of many requests.
func (p *Perfetto) Said(add func()) []byte {
	start := len(p.buffer)
	add()
	said := bytes.Clone(p.buffer[start:])
	p.buffer = p.buffer[:start]
	return said
}

// Say adds what Said has returned.
func (p *Perfetto) Say(said []byte) { p.buffer = append(p.buffer, said...) }

// annotate begins a message with a key and a field of that many bytes.
func (p *Perfetto) annotate(k Key, size int) {
	b := binary.AppendUvarint(appendTag(p.buffer, eventAnnotation, 2), uint64(2+size))
	p.buffer = append(b, annotationKey<<3, byte(k)+1)
}

// Len is how many bytes there are to take.
func (p *Perfetto) Len() int { return len(p.buffer) }

// Take returns the packets encoded since the last call. They are valid until something else is encoded.
func (p *Perfetto) Take() []byte {
	p.end()
	b := p.buffer
	p.buffer = p.buffer[:0]
	return b
}

// begin begins a packet, after the end of the last.
func (p *Perfetto) begin() {
	p.end()
	p.buffer = append(p.buffer, p.prefix...)
	p.packet = len(p.buffer) - len(p.prefix) + packetHead
}

// packetHead is how many bytes of a packet are before its message: the tag and the length.
const packetHead = 3

// end ends the packet that is open, if one is.
func (p *Perfetto) end() {
	if p.packet == 0 {
		return
	}
	if p.event > 0 {
		closeMessage(p.buffer, p.event)
	}
	closeMessage(p.buffer, p.packet)
	p.packet, p.event = 0, 0
}

func (p *Perfetto) open(field uint64) (start int) {
	p.buffer, start = openMessage(p.buffer, field)
	return start
}
