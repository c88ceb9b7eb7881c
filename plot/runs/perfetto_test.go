package runs

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// message encodes a message of protobuf from its fields.
func message(fields ...[]byte) string { return string(slices.Concat(fields...)) }

// number, text and double encode a field each; flow one of eight bytes.
func number(id, v int) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(id)<<3), uint64(v))
}

func text(id int, content string) []byte {
	b := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(id)<<3|2), uint64(len(content)))
	return append(b, content...)
}

func double(id int, v float64) []byte {
	return binary.LittleEndian.AppendUint64(binary.AppendUvarint(nil, uint64(id)<<3|1), math.Float64bits(v))
}

func flow(v uint64) []byte {
	return binary.LittleEndian.AppendUint64(binary.AppendUvarint(nil, eventFlow<<3|1), v)
}

// packet is a packet in a file; its length has three bytes.
func packet(fields ...[]byte) string {
	content := message(fields...)
	n := len(content)
	return string([]byte{packetTag, byte(n) | 0x80, byte(n>>7) | 0x80, byte(n >> 14)}) + content
}

func trackPacket(uuid int, name string, fields ...[]byte) string {
	return packet(text(packetTrack, message(append(fields, number(trackUUID, uuid), text(trackName, name))...)))
}

func eventPacket(at time.Duration, kind, track int, fields ...[]byte) string {
	return packet(number(packetTime, int(at)), number(packetSequence, 5), number(99, 1), text(packetEvent, message(append(fields, number(eventType, kind), number(eventTrack, track))...)))
}

// note is an annotation; its name is given by a number if it is one of testKeys.
func note(name string, value []byte) []byte {
	if i := slices.Index(testKeys(), name); i >= 0 {
		return text(eventAnnotation, message(number(annotationKey, i+1), value))
	}
	return text(eventAnnotation, message(text(annotationName, name), value))
}

func testKeys() []string { return []string{"wait", "outcome"} }

// keysPacket numbers the names of annotations.
func keysPacket() string {
	var keys [][]byte
	for i, name := range testKeys() {
		keys = append(keys, text(internedKeys, message(number(internedID, i+1), text(internedName, name))))
	}
	return packet(number(packetSequence, 5), text(packetInterned, message(keys...)))
}

// traceOf is a trace of a request that has ended, one that was refused, one that runs and one that waits.
func traceOf() string {
	const requests, queue, thread, loop = 1, 2, 3, 4
	at := func(ms int) time.Duration { return time.Hour + time.Duration(ms)*time.Millisecond }
	return keysPacket() + trackPacket(requests, "requests") + trackPacket(queue, "waiting for a thread") + trackPacket(5, "requests") + trackPacket(6, "requests") +
		trackPacket(thread, "", text(trackThread, message(number(threadPID, 7), number(threadTID, 2)))) +
		trackPacket(loop, "", text(trackThread, message(number(threadPID, 7), number(threadTID, 7)))) +
		eventPacket(at(0), sliceBegin, requests, flow(1), note("id", text(annotationText, "a"))) +
		eventPacket(at(0), sliceBegin, queue, flow(1)) +
		eventPacket(at(10), sliceBegin, thread, flow(1)) + eventPacket(at(30), sliceEnd, thread) +
		eventPacket(at(31), sliceEnd, requests, note("wait", double(annotationDouble, 0.01)), note("work", double(annotationDouble, 0.02)),
			note("worker", number(annotationInt, 7)), note("number", number(annotationInt, 1)), note("thread_number", number(annotationInt, 2)),
			note("outcome", text(annotationText, "answered")), note("client_left", number(2, 0))) +
		eventPacket(at(32), sliceBegin, requests, flow(2)) + eventPacket(at(33), sliceEnd, requests, note("outcome", text(annotationText, "refused"))) +
		eventPacket(at(40), sliceBegin, requests, flow(3)) + eventPacket(at(41), sliceBegin, thread, flow(3)) +
		eventPacket(at(50), sliceBegin, 5, flow(4)) + eventPacket(at(51), sliceBegin, queue, flow(4)) +
		eventPacket(at(55), instant, loop, text(eventName, "answer")) +
		eventPacket(at(60), instant, 99, text(eventName, "the trace has reached its size, 9 bytes: nothing more is written"))
}

func TestPerfetto(t *testing.T) {
	ms := time.Millisecond
	want := []Request{
		{Arrival: 0, Start: 10 * ms, End: 30 * ms, Started: true, Ended: true, Worker: 7, Thread: 2, Number: 1, Outcome: "answered", ID: "a"},
		{Arrival: 32 * ms, End: 33 * ms, Ended: true, Outcome: "refused"},
		{Arrival: 40 * ms, Start: 41 * ms, Started: true, Worker: 7, Thread: 2, Outcome: "working"},
		{Arrival: 50 * ms, Outcome: "waiting"},
	}
	whole := []string{"the trace has reached its size, 9 bytes: nothing more is written"}
	for _, tt := range []struct {
		name, file string
		notes      []string
	}{
		{"whole", traceOf(), whole},
		{"cut off", traceOf() + traceOf()[:3], append(whole, "the file ends in the middle of a row, which is left out")},
	} {
		run, notes, err := Read("x", strings.NewReader(tt.file))
		if err != nil || !slices.Equal(run.Requests, want) || !slices.Equal(notes, tt.notes) {
			t.Errorf("%s: got %+v, %q, %v; want %+v", tt.name, run.Requests, notes, err, want)
		}
	}
	for _, file := range []string{
		traceOf()[:60] + "\x00\x00", packet([]byte{7}), packet([]byte{0x0a, 0xff}), "\n\x80\x80\x80\x7f",
		packet(text(packetEvent, message(text(eventAnnotation, "\xff"), []byte{7}))),
	} {
		if _, _, err := Read("x", strings.NewReader(file)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q is read as a trace: %v", file, err)
		}
	}
	if _, _, err := Read("x", strings.NewReader(trackPacket(1, "Browser"))); err == nil || !strings.HasPrefix(err.Error(), "has no requests; accepted: ") {
		t.Errorf("another program's trace: %v", err)
	}
}
