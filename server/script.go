package server

import (
	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
)

// Script is what an app does for one request of a program that a file describes: it calls functions, one after another.
// As a modes.Program it is the function that runs.
type Script interface {
	modes.Program
	// Start is the request's first step.
	Start()
	// Route is the route's name, as in the file.
	Route() string
	// Lasting is what it does after the answer; in the end it calls [http1.Exchange.End].
	http1.Lasting
}

// HoldScript keeps an exchange open until a script has answered it. id is what reports tell of the request.
func (w *Worker) HoldScript(e http1.Exchange, id string, s Script) *Request {
	r := w.free.take()
	*r = Request{worker: w, exchange: e, id: id, arrived: w.loop.Now(), scripted: true}
	r.Program = s
	r.SetHolding(modes.HoldAtEnd)
	e.Hold(r)
	return r
}

// script is what runs the request, or nil for the article's program.
func (r *Request) script() Script {
	if !r.scripted {
		return nil
	}
	s, _ := r.Program.(Script)
	return s
}

// route is the route of a program that a file describes, or empty.
func (r *Request) route() string {
	if s := r.script(); s != nil {
		return s.Route()
	}
	return ""
}

// Call runs a function of a request's script: a coroutine, or a function in a thread. function is what reports call it.
func (w *Worker) Call(r *Request, function string, async bool) {
	w.calls.call(r, function, w.calls.clock())
	if async {
		w.async(&w.runtime, &r.Job)
		return
	}
	w.def(&w.runtime, &r.Job)
}

// CallOnLoop runs a function in a step of the loop, which stands still meanwhile. It waits for no connection.
func (w *Worker) CallOnLoop(r *Request, function string, p modes.Program) {
	w.calls.call(r, function, w.calls.clock())
	p.Begin(modes.MainThread)
	for s := p.Next(); s.Kind == modes.Sleep || s.Kind == modes.Block; s = p.Next() {
		w.runtime.Block(&r.Job, s.For)
	}
	p.End(modes.MainThread)
	p.Resume()
}

// Pool is the worker's connection pool of that index in the program.
func (w *Worker) Pool(i int) *connections.Pool { return w.pools[i] }

// Print prints a line of a program, from a thread of it.
func (w *Worker) Print(t *modes.Thread, text string) {
	w.meter.Line()
	w.journal.Print(t.Name, text)
	w.printed(t)
}

// printed notes that a line has been printed from a thread.
func (w *Worker) printed(t *modes.Thread) {
	if t == modes.MainThread {
		w.loop.Printed()
	}
}
