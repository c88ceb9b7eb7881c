package http2

import "encoding/binary"

// frameType is the type of a frame.
type frameType uint8

const (
	frameData frameType = iota
	frameHeaders
	framePriority
	frameReset
	frameSettings
	framePushPromise
	framePing
	frameGoAway
	frameWindowUpdate
	frameContinuation
	frameAlternative
)

// Flags of frames; their meaning depends on the type.
const (
	flagAck        = 0x1
	flagEndStream  = 0x1
	flagEndHeaders = 0x4
	flagPadded     = 0x8
	flagPriority   = 0x20
)

const frameHeaderSize = 9

// frame is one received frame.
type frame struct {
	kind    frameType
	flags   uint8
	stream  uint32
	payload []byte
}

func (f *frame) has(flag uint8) bool { return f.flags&flag != 0 }

// appendFrame appends a frame.
func appendFrame(dst []byte, kind frameType, flags uint8, stream uint32, payload []byte) []byte {
	n := len(payload)
	dst = append(dst, byte(n>>16), byte(n>>8), byte(n), byte(kind), flags)
	dst = binary.BigEndian.AppendUint32(dst, stream)
	return append(dst, payload...)
}

// readFrame reads the frame at the beginning of b; n is 0 while it is incomplete.
func readFrame(b []byte, largest int) (f frame, n int, err error) {
	if len(b) < frameHeaderSize {
		return f, 0, nil
	}
	length := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
	f = frame{kind: frameType(b[3]), flags: b[4], stream: binary.BigEndian.Uint32(b[5:]) &^ (1 << 31)}
	if err := f.checkStream(); err != nil {
		return f, 0, err
	}
	if n = frameHeaderSize + length; len(b) < n { // h2 waits for it, however large
		return f, 0, nil
	}
	if length > largest {
		return f, 0, codeFrameSize
	}
	f.payload = b[frameHeaderSize:n]
	return f, n, f.check()
}

// checkStream is hyperframe's check of the head of a frame: whether it belongs to a stream or to the connection.
func (f *frame) checkStream() error {
	switch f.kind {
	case frameData, frameHeaders, framePriority, frameReset, framePushPromise, frameContinuation:
		if f.stream == 0 {
			return codeProtocol
		}
	case frameSettings, framePing, frameGoAway:
		if f.stream != 0 {
			return codeProtocol
		}
	case frameWindowUpdate, frameAlternative:
	}
	return nil
}

// check is hyperframe's check of a single frame.
func (f *frame) check() error {
	n := len(f.payload)
	switch {
	case f.kind == framePriority && n != 5, f.kind == frameReset && n != 4, f.kind == framePing && n != 8, f.kind == frameGoAway && n < 8:
		return codeFrameSize
	case f.kind == frameSettings && f.has(flagAck) && n > 0:
		return codeProtocol
	case f.kind == frameSettings && n%6 != 0, f.kind == frameWindowUpdate && n != 4:
		return codeFrameSize
	case f.kind == frameAlternative && (n < 2 || n < 2+int(binary.BigEndian.Uint16(f.payload))):
		return codeFrameSize
	case f.kind == framePushPromise:
		_, err := f.unwrap(4)
		return err
	}
	return nil
}

// unwrap removes the padding of a payload and its first bytes, which are not a part of its data, and returns these.
func (f *frame) unwrap(prefix int) (first []byte, err error) {
	padding, from := 0, 0
	if f.has(flagPadded) {
		from = 1
	}
	if len(f.payload) < from+prefix {
		return nil, codeFrameSize
	}
	if from > 0 {
		padding = int(f.payload[0])
	}
	if padding > 0 && padding >= len(f.payload) {
		return nil, codeProtocol
	}
	first = f.payload[from : from+prefix]
	f.payload = f.payload[from+prefix : max(from+prefix, len(f.payload)-padding)]
	return first, nil
}

// code is an error code of HTTP/2, and the error that ends a connection with it.
type code uint32

const (
	codeNone         code = 0
	codeProtocol     code = 1
	codeFlowControl  code = 3
	codeStreamClosed code = 5
	codeFrameSize    code = 6
	codeCalm         code = 11
)

// Error implements error.
func (c code) Error() string { return "HTTP/2 error code " + string('0'+rune(c%10)) }
