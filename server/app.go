package server

import (
	"time"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/server/http1"
)

// App is the article's program in a web framework. It belongs to the loop's goroutine.
type App interface {
	// Handle replies at once to a request that needs no handler, and holds any other ([Worker.Hold]). The head is valid
	// only during the call.
	Handle(http1.Exchange, *http1.Head)
	// ID is the ?id= of a request that is refused before Handle sees it. It is empty if there is none.
	ID(http1.Exchange) string
	// Hello is the answer to a request whose handler has returned.
	Hello(id string) *http1.Answer
	// Failed is the answer when the handler has raised an exception.
	Failed() *http1.Answer
	// QueueFull is the answer when the queue for threads is full (--queue).
	QueueFull() *http1.Answer
}

// NewApp makes the app of a worker.
type NewApp func(*Worker) App

// Sleep returns how long a request sleeps: what its own ?sleep= (text) says if it has one (asked), or else --sleep. A
// distribution is drawn from [Worker.Draws]; ?sleep= may not name a file. If text is not accepted, problem says so to the
// client, without repeating text, in characters that need no escapes in HTML and JSON; otherwise it is empty.
func (w *Worker) Sleep(text string, asked bool) (d time.Duration, problem string) {
	if !asked {
		return w.sleep.Load().Draw(w.draws), ""
	}
	sleep, err := distribution.Parse(text)
	if err != nil {
		return 0, "sleep " + err.Error()
	}
	return sleep.Draw(w.draws), ""
}
