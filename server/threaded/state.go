package threaded

// state is what a connection is doing. Whether its socket is open is the stream's to know (eventloop.Stream).
type state uint8

const (
	// reading: requests are read and answered one after the other, by the connection's thread; where a thread is taken
	// only for a whole request (AtRequest), the main thread reads.
	reading state = iota
	// queued: it has asked for a thread, whose first step is still to come. Nothing is read.
	queued
	// idle: it is with the main thread, which watches it or is to close it (gthread).
	idle
	// draining: its last answer is sent, and its thread looks whether the client sends more (Ending.Drains).
	draining
	// lingering: our side has ended, and the client's end is waited for (Ending.Lingers).
	lingering
	// lingered: that wait is over, and the connection closes.
	lingered
)

// String names the state.
func (s state) String() string {
	return [...]string{"reading", "queued", "idle", "draining", "lingering", "lingered"}[s]
}
