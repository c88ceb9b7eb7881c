package hypercorn

// stage is how far the answer of a request has come. A whole one of a Stream goes from notAnswered to ended, and one in
// parts stays at headSent until its last part.
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
	taskLasts                 // the answer has been sent, and the application goes on
	taskUnwinds               // cancelled, and functions of the application may run for that
	taskCollides              // a collision decides what it does
	taskOver
)
