package eventloop

import "time"

// Flavour is how one event loop differs from another. It is a
// plain value; the engine reads it and knows no loop by name.
type Flavour struct {
	Name string

	// QueuesEvents: a ready socket's callback is queued after what is already
	// runnable (asyncio's selector loop, _process_events) instead of being
	// called while polling (libuv).
	QueuesEvents bool

	// TimersAfterPoll: due timers run after polling instead of before the
	// turn's steps (libuv since 1.45; asyncio queues them after the events).
	TimersAfterPoll bool

	// HoldsWrites: what a turn's steps write is sent when all of them have run
	// (uvloop, Loop._exec_queued_writes) instead of at once (asyncio).
	HoldsWrites bool

	// HighWater is how many unsent bytes a stream holds before it asks its protocol
	// to pause, and LowWater how few before the protocol may go on. Both are 0 where
	// a write waits until the kernel has taken all of it.
	HighWater, LowWater int

	// RaisesOnClosed: writing to a stream that is closed raises (uvloop,
	// UVHandle._ensure_alive) instead of doing nothing (asyncio).
	RaisesOnClosed bool

	// FreesSignals: when the loop is closed, the signals that it handled get their
	// default action again (asyncio) instead of being swallowed (uvloop).
	FreesSignals bool

	// ReversesTurns: a turn's steps run in the order in which they became runnable
	// or, by the toss of a coin, the other way round (trio, unrolled_run).
	ReversesTurns bool

	// GathersHandovers: what threads hand to the loop in a turn runs as one step
	// (trio, EntryQueue.task) instead of a step each.
	GathersHandovers bool

	// ClosesAtOnce: a stream that is closed, with nothing left to send, is gone
	// within the call (trio, SocketStream.aclose) instead of in a step of its own.
	ClosesAtOnce bool

	// Transport is how the loop prints a connection: a format for its place in memory
	// and its descriptor. FatalError begins its log of an exception in a protocol.
	Transport, FatalError string

	// IgnoresInUse: the failure to listen because the address is in use is swallowed
	// (uvloop, UVStreamServer), and the server waits for connections that cannot come,
	// instead of being raised (asyncio).
	IgnoresInUse bool

	// AcceptsPerTurn is how many connections are accepted when the listener is
	// ready; 0 means until none is left. AcceptsOneAhead: one more is accepted at
	// once and goes on in the next turn, which again accepts one ahead (trio,
	// _serve_one_listener, whose accept is a checkpoint only if it did not wait).
	AcceptsPerTurn  int
	AcceptsOneAhead bool

	// ShedsLoad: connections for which no descriptor is left are accepted and
	// closed (libuv, uv__emfile_trick) instead of left waiting while the
	// listener rests for AcceptRest (asyncio, ACCEPT_RETRY_DELAY; trio, SLEEP_TIME).
	ShedsLoad  bool
	AcceptRest time.Duration
	// TellsEachRest: each rest is logged (trio), not only the first.
	TellsEachRest bool

	// AcceptTells: the peer's address is the one that accept returned, instead of the
	// one that the socket has when asked: none, if the peer has reset the connection.
	AcceptTells bool

	// AcceptSteps is how many steps lie between accept and the moment the
	// connection exists for the protocol (asyncio makes a task for it first).
	AcceptSteps int

	// EndsOnHangUp: a connection that has been reset, with bytes left to read, ends
	// when they have been read (libuv, uv__stream_io) instead of failing at the next
	// read.
	EndsOnHangUp bool

	// CallsYield: a call that sends or closes lets threads run (asyncio, whose calls
	// are Python's and release the interpreter's lock). Otherwise threads run only when
	// the loop waits (libuv).
	CallsYield bool

	// OneThread: one thread of Python runs all callbacks, and lets go of the interpreter's lock when it reads or prints.
	OneThread bool

	// ReadSize is the most that one read takes, in bytes. ReadsAgain: a read
	// that filled it is followed by another in the same callback.
	ReadSize   int
	ReadsAgain int
}

// The flavours of the loops that Uvicorn and Hypercorn run on.
var (
	// Asyncio is the selector loop of CPython 3.11
	// (asyncio.selector_events.BaseSelectorEventLoop). It accepts up to its
	// backlog in one turn; the server sets AcceptsPerTurn to that.
	Asyncio = Flavour{
		Name:         "asyncio",
		Transport:    "<_SelectorSocketTransport fd=%[2]d read=polling write=<idle, bufsize=0>>",
		FatalError:   "Fatal error: protocol.data_received() call failed.",
		QueuesEvents: true, TimersAfterPoll: true, FreesSignals: true, CallsYield: true, OneThread: true,
		AcceptsPerTurn: 2048, AcceptRest: time.Second, AcceptSteps: 2, ReadSize: 256 * 1024, ReadsAgain: 1,
		HighWater: HighWater, LowWater: LowWater,
	}

	// Uvloop017 is uvloop 0.17.0 on libuv 1.43: accepts until none is left.
	Uvloop017 = Flavour{
		Name:        "uvloop",
		Transport:   "<TCPTransport closed=False reading=False %#[1]x>",
		FatalError:  "Fatal error on transport TCPTransport",
		HoldsWrites: true, EndsOnHangUp: true, ShedsLoad: true, AcceptRest: time.Second,
		IgnoresInUse: true, RaisesOnClosed: true, OneThread: true,
		AcceptSteps: 1, ReadSize: 256_000, ReadsAgain: 32, HighWater: HighWater, LowWater: LowWater,
	}

	// Uvloop023 is uvloop 0.23.0 on libuv 1.52: accepts one connection a turn
	// (uv__server_io), runs timers after polling (uv_run), writes at once.
	Uvloop023 = Flavour{
		Name:            "uvloop",
		Transport:       "<TCPTransport closed=False reading=False %#[1]x>",
		FatalError:      "Fatal error on transport TCPTransport",
		TimersAfterPoll: true, EndsOnHangUp: true, ShedsLoad: true, AcceptRest: time.Second,
		IgnoresInUse: true, RaisesOnClosed: true, OneThread: true,
		AcceptsPerTurn: 1, AcceptSteps: 1, ReadSize: 256_000, ReadsAgain: 32, HighWater: HighWater, LowWater: LowWater,
	}

	// Blocking is no loop: threads wait for their sockets, and one of them accepts the
	// connections one by one (socketserver.BaseServer.serve_forever). They read through
	// Python's buffers of 8 KiB, and a write waits for the kernel.
	Blocking = Flavour{
		Name: "threads", AcceptsPerTurn: 1, AcceptTells: true, AcceptRest: 10 * time.Millisecond,
		AcceptSteps: 1, ReadSize: 8192, ReadsAgain: 1,
	}

	// Trio is the loop of trio 0.22.0 and 0.35.0 (trio._core._run.unrolled_run),
	// whose listener makes a task of each connection.
	Trio = Flavour{
		Name: "trio", QueuesEvents: true, CallsYield: true, OneThread: true, TimersAfterPoll: true, RaisesOnClosed: true,
		ReversesTurns: true, GathersHandovers: true, ClosesAtOnce: true,
		AcceptsPerTurn: 1, AcceptsOneAhead: true, AcceptRest: 100 * time.Millisecond, TellsEachRest: true,
		AcceptSteps: 1, ReadSize: 64 * 1024, ReadsAgain: 1,
	}
)
