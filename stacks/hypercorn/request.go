package hypercorn

// stage is how far the answer of a request has come. That of a Stream is given to its connection whole, and so goes
// from notAnswered to ended.
type stage uint8

const (
	notAnswered stage = iota
	headSent
	bodySent
	ended    // h11, or the HTTP/2 connection, has all of it
	answered // and it has left
)

// task is the state of a request's task.
type task uint8

const (
	taskDue       task = iota // its first step is due
	taskRuns                  // the application runs, or awaits something
	taskHangs                 // it waits for a place in its own queue, which no one reads
	taskDropped               // cancelled before its first step, which then runs no line of the coroutine
	taskCancelled             // cancelled later
	taskDrains                // cancelled, and it waits for the sending task, which is cancelled too: see DrainsCancelled
	taskOver
)

// maxAppQueue is how many messages a request's queue holds (Config.max_app_queue_size). FastAPI reads none of them for
// the article's program.
const maxAppQueue = 10

// queue is the number of messages in a request's queue.
type queue int8

// put adds a message, if there is a place.
func (q *queue) put() bool {
	if *q >= maxAppQueue {
		return false
	}
	*q++
	return true
}
