package server

import (
	"net/netip"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/pace"
	"github.com/target-server/target-server/server/http1"
)

// keepPace has the worker compute for as long as the real server does (--pace).
func (w *Worker) keepPace() {
	if w.cfg.Pace == 0 {
		return
	}
	w.loop.Paced()
	w.meter = pace.NewMeter(w.loop, w.measuredPace().Costs, w.cfg.Pace, func() int { return int(w.counts.held) })
	w.runtime.Meter = w.meter
}

// calibrate adapts that to the speed of this machine, which in simulated time does not matter.
func (w *Worker) calibrate() {
	if w.meter != nil {
		w.meter.Calibrate(w.measuredPace().Reference.Duration())
	}
}

// measuredPace is what was measured of the stack; a valid config has it.
func (w *Worker) measuredPace() pace.Measured {
	all, _ := pace.Of(w.cfg.Stack)
	return all[w.cfg.PaceKey()]
}

// handle is what answers a request that has been read.
func (w *Worker) handle() func(http1.Exchange, *http1.Head) {
	if w.meter == nil {
		return w.app.Handle
	}
	return func(e http1.Exchange, h *http1.Head) {
		w.meter.Request()
		w.app.Handle(e, h)
		if e.Held() == nil { // the framework answers by itself
			w.meter.Answer()
		}
	}
}

// accept is what makes a connection of one that has been accepted.
func (w *Worker) accept() func(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	if w.meter == nil {
		return w.endpoint.Accept
	}
	return func(l *eventloop.Loop, h eventloop.Handle, from netip.AddrPort) *eventloop.Stream {
		w.meter.Accept()
		return w.endpoint.Accept(l, h, from)
	}
}

// complete answers a request that was held.
func (r *Request) complete(a *http1.Answer) {
	r.worker.meter.Answer()
	r.exchange.Complete(a)
}
