package server

import (
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/http1"
)

// App is the article's program in a framework. It belongs to the loop's goroutine.
type App interface {
	// Handle answers at once what needs no work, and holds the rest ([Worker.Hold]). The head is good during the call only.
	Handle(http1.Exchange, *http1.Head)
	// Hello answers a request whose work is done.
	Hello(id string) *http1.Answer
	// Failed answers one whose handler has raised an exception.
	Failed() *http1.Answer
	// QueueFull answers one that finds no place in the queue (--queue).
	QueueFull() *http1.Answer
}

// NewApp makes the program for a worker.
type NewApp func(*Worker) App

// longestSleep is the most that a request may ask for, as for --sleep.
const longestSleep = 365 * 24 * time.Hour

// Sleep is how long a request sleeps: the duration in its own ?sleep=, if it has one, or --sleep. It reports whether the
// text is a duration that is accepted.
func (w *Worker) Sleep(text string, asked bool) (d time.Duration, ok bool) {
	if !asked {
		return w.cfg.Sleep, true
	}
	d, err := config.ParseDuration(text)
	return d, err == nil && d >= 0 && d <= longestSleep
}
