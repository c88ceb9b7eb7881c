package http2

import "encoding/binary"

// The settings that a connection knows.
const (
	settingTableSize  = 1
	settingPush       = 2
	settingStreams    = 3
	settingWindow     = 4
	settingFrameSize  = 5
	settingHeaderList = 6
	settingConnect    = 8
)

const (
	initialWindow = 65535
	largestWindow = 1<<31 - 1
	frameSize     = 16384
	// mostStreams is Hypercorn's h2_max_concurrent_streams.
	mostStreams = 100
)

// setting is one of a SETTINGS frame.
type setting struct {
	name  uint16
	value uint32
}

// ours are Hypercorn's settings, in its order.
func ours(streams uint32) []setting {
	return []setting{
		{settingTableSize, defaultTableSize},
		{settingPush, 0},
		{settingWindow, initialWindow},
		{settingFrameSize, frameSize},
		{settingConnect, 1},
		{settingStreams, streams},
		{settingHeaderList, maxHeaderList},
	}
}

func appendSettings(dst []byte, settings []setting) []byte {
	var payload []byte
	for _, s := range settings {
		payload = binary.BigEndian.AppendUint16(payload, s.name)
		payload = binary.BigEndian.AppendUint32(payload, s.value)
	}
	return appendFrame(dst, frameSettings, 0, 0, payload)
}

// settings applies the client's settings, and acknowledges them.
func (c *Conn) settings(f *frame) error {
	if f.has(flagAck) {
		return nil
	}
	for p := f.payload; len(p) >= 6; p = p[6:] {
		if err := c.set(binary.BigEndian.Uint16(p), binary.BigEndian.Uint32(p[2:])); err != nil {
			return err
		}
	}
	c.pending = appendFrame(c.pending, frameSettings, flagAck, 0, nil)
	return nil
}

func (c *Conn) set(name uint16, value uint32) error {
	switch name {
	case settingTableSize:
		c.encoder.resize(int(min(value, 1<<20)))
	case settingPush, settingConnect:
		if value > 1 {
			return codeProtocol
		}
	case settingWindow:
		if value > largestWindow {
			return codeFlowControl
		}
		delta := int64(value) - c.initial
		c.initial = int64(value)
		for _, s := range c.streams {
			if s.window += delta; s.window > largestWindow {
				return codeFlowControl
			}
		}
		c.then(func() { c.unblock(0) })
	case settingFrameSize:
		if value < frameSize || value > 1<<24-1 {
			return codeProtocol
		}
		c.largest = int(value)
	}
	return nil
}
