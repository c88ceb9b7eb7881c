package eventloop

// Flavour is what one event loop decides differently from another. It is a
// plain value; the engine reads it and knows no loop by name.
type Flavour struct {
	Name string

	// QueuesEvents: a ready socket's callback is put behind what is runnable
	// already (asyncio's selector loop, _process_events) instead of being
	// called while polling (libuv).
	QueuesEvents bool

	// TimersAfterPoll: due timers run after polling instead of before the
	// turn's steps (libuv since 1.45; asyncio queues them after the events).
	TimersAfterPoll bool

	// HoldsWrites: what a turn's steps write leaves when all of them have run
	// (uvloop, Loop._exec_queued_writes) instead of at once (asyncio).
	HoldsWrites bool

	// RaisesOnClosed: writing to a stream that is closed raises (uvloop,
	// UVHandle._ensure_alive) instead of doing nothing (asyncio).
	RaisesOnClosed bool

	// FreesSignals: a closed loop gives the signals that it handled back their
	// own action (asyncio) instead of swallowing them (uvloop).
	FreesSignals bool

	// Transport and FatalError are how the loop shows a connection (a format for
	// its place in memory and its descriptor), and begins the log of an exception
	// in its protocol.
	Transport, FatalError string

	// IgnoresInUse: a socket that cannot listen because its address is in use is
	// served as if it could, and nobody ever comes (uvloop, whose UVStreamServer
	// swallows it) instead of the failure being raised (asyncio).
	IgnoresInUse bool

	// AcceptsPerTurn is how many connections are taken when the listener is
	// ready; 0 means until none is left.
	AcceptsPerTurn int

	// ShedsLoad: connections for which no descriptor is left are accepted and
	// closed (libuv, uv__emfile_trick) instead of left waiting while the
	// listener rests for a second (asyncio, ACCEPT_RETRY_DELAY).
	ShedsLoad bool

	// AcceptSteps is how many steps lie between accept and the moment the
	// connection exists for the protocol (asyncio makes a task for it first).
	AcceptSteps int

	// ReadSize is the most that one read takes, in bytes. ReadsAgain: a read
	// that filled it is followed by another in the same callback.
	ReadSize   int
	ReadsAgain int
}

// The flavours of the loops that Uvicorn runs on.
var (
	// Asyncio is the selector loop of CPython 3.11
	// (asyncio.selector_events.BaseSelectorEventLoop). It accepts up to its
	// backlog in one turn; the server sets AcceptsPerTurn to that.
	Asyncio = Flavour{
		Name: "asyncio", Transport: "<_SelectorSocketTransport fd=%[2]d read=polling write=<idle, bufsize=0>>", FatalError: "Fatal error: protocol.data_received() call failed.",
		QueuesEvents: true, TimersAfterPoll: true, FreesSignals: true,
		AcceptsPerTurn: 2048, AcceptSteps: 2, ReadSize: 256 * 1024, ReadsAgain: 1,
	}

	// Uvloop017 is uvloop 0.17.0 on libuv 1.43: accepts until none is left.
	Uvloop017 = Flavour{
		Name: "uvloop", Transport: "<TCPTransport closed=False reading=False %#[1]x>", FatalError: "Fatal error on transport TCPTransport",
		HoldsWrites: true, ShedsLoad: true, IgnoresInUse: true, RaisesOnClosed: true,
		AcceptSteps: 1, ReadSize: 256_000, ReadsAgain: 32,
	}

	// Uvloop023 is uvloop 0.23.0 on libuv 1.52: accepts one connection a turn
	// (uv__server_io), runs timers after polling (uv_run), writes at once.
	Uvloop023 = Flavour{
		Name: "uvloop", Transport: "<TCPTransport closed=False reading=False %#[1]x>", FatalError: "Fatal error on transport TCPTransport",
		TimersAfterPoll: true, ShedsLoad: true, IgnoresInUse: true, RaisesOnClosed: true,
		AcceptsPerTurn: 1, AcceptSteps: 1, ReadSize: 256_000, ReadsAgain: 32,
	}
)
