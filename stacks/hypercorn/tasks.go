package hypercorn

// Tasks is how many steps of the loop lie between what one task of a connection
// does and what follows, or what another learns of it: the suspensions of the
// event loop's library beneath. None is in the same step.
type Tasks struct {
	// Begins: from the connection to the first step of its task. Reads: from there
	// to its first read.
	Begins, Reads int
	// Locks: before the idle task is made or cancelled, which is under a lock.
	Locks int
	// Stopped: from the cancelling of an idle task that waits to the moment at which
	// who has cancelled it goes on.
	Stopped int
	// Expired: from the end of its time to the closing of the connection, and
	// Terminated the same from the end of the server.
	Expired, Terminated int
	// Answer: before the head, the body, the end, and what follows the end.
	Answer [answered + 1]int
	// Closes: before a connection that is done with is closed.
	Closes int

	// ReadsItself: the task reads the socket itself, when it waits for data and
	// then only, instead of being woken by a reader that fills a buffer of Ahead bytes.
	ReadsItself bool
	Ahead       int
	// Shields: a task that is cancelled says nothing to its client, and one that
	// waits for a thread learns of it when the thread has done its work.
	Shields bool
}

// Asyncio are the steps of CPython 3.11, in which wait_for makes a task of what it
// waits for, and asyncio.Event needs its turns. Its stream reader pauses the transport
// beyond twice its limit (asyncio.streams._DEFAULT_LIMIT).
var Asyncio = Tasks{Begins: 1, Stopped: 5, Expired: 5, Terminated: 4, Ahead: 1 << 17}

// Trio are the steps of trio, where a lock that is free, a write that the kernel
// takes and a place in a channel are checkpoints, and nursery.start waits for the
// first step of a task: the lock and the start before the first read; the lock
// before each write, and the socket behind it (SocketStream.send_all); the queue of
// the request before the connection goes on; send_eof before the closing.
var Trio = Tasks{
	Reads: 3, Locks: 1, Terminated: 1, Answer: [...]int{notAnswered: 1, headSent: 2, bodySent: 1, answered: 3}, Closes: 1,
	ReadsItself: true, Shields: true,
}
