package hypercorn

// Library is asyncio or trio: how many steps of the loop lie between what one task of a connection does and what
// follows it, or what another task learns of it. None is in the same step.
type Library struct {
	// Begins: from the connection to the first step of its task. Reads: from there to its first read.
	Begins, Reads int
	// Locks: before the idle task is made or cancelled, which needs a lock.
	Locks int
	// Stopped: from the cancellation of a waiting idle task until the task that cancelled it goes on.
	Stopped int
	// Expired: from the end of the idle task's time to the closing of the connection. Terminated: the same from the end
	// of the server.
	Expired, Terminated int
	// Answer: before the head, the body, the end, and what follows the end.
	Answer [answered + 1]int
	// Checks: after a write, and after a message is put into a request's queue or taken out of it, if that need not wait.
	Checks int
	// Closes: before a finished connection is closed.
	Closes int
	// Recycled: from the beginning of the connection's next request until the application of this one goes on. Closed: the
	// same from the closing of the connection; if it is 0, the application goes on when the connection has ended.
	// Streamed: from the end of an HTTP/2 stream to what it does to the idle task, which takes Recycled or Locks.
	Recycled, Closed, Streamed int

	// ReadsItself: the task reads the socket itself, and only while it waits for data. Otherwise a reader wakes it, which
	// fills a buffer of Ahead bytes.
	ReadsItself bool
	Ahead       int
	// Shields: a cancelled task says nothing to its client, and one that waits for a thread learns of its cancellation
	// when the thread has finished.
	Shields bool
}

// Asyncio is that of CPython 3.11, in which wait_for makes a task of what it waits for, and asyncio.Event takes turns
// of its own. Its stream reader pauses the transport beyond twice its limit (asyncio.streams._DEFAULT_LIMIT).
var Asyncio = Library{Begins: 1, Stopped: 5, Expired: 5, Terminated: 4, Ahead: 1 << 17}

// Trio has checkpoints even where nothing must be waited for: in a lock that is free, a write that the kernel takes and
// a place in a channel; and nursery.start waits for a task's first step. So there are the lock and the start before the
// first read; the lock before each write, and the socket after it (SocketStream.send_all); the request's queue before
// the connection goes on; send_eof before the closing, and aclose after it.
var Trio = Library{
	Reads: 3, Locks: 1, Terminated: 1, Answer: [...]int{notAnswered: 1, headSent: 2, bodySent: 1, answered: 3},
	Checks: 1, Closes: 1,
	Recycled: 3, Closed: 2, Streamed: 1,
	ReadsItself: true, Shields: true,
}
