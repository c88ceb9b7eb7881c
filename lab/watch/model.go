package watch

import (
	"fmt"
	"slices"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/admin/live"
)

// Model is what has been seen of a server. The zero value has seen nothing.
type Model struct {
	Frame  *admin.Frame // the last one; nil before the first
	Now    admin.Millis // the time of the server
	Missed int64        // frames that this client was too slow for

	link      link
	series    series
	histories map[int]*history // by the worker's number
}

// link is the state of the connection.
type link struct {
	live    bool
	trouble string        // why there are no frames although it exists
	lost    error         // why it does not exist
	again   time.Duration // when the next attempt comes
}

// Add takes what the client has reported.
func (m *Model) Add(e live.Event) {
	switch {
	case e.Lost != nil:
		m.link = link{lost: e.Lost, again: e.Again}
	case e.Frame == nil:
		m.link = link{trouble: e.Trouble}
	default:
		m.link = link{live: true}
		m.Missed += e.Missed
		m.frame(e.Frame)
	}
}

func (m *Model) frame(f *admin.Frame) {
	m.Frame, m.Now = f, f.Time
	m.series.add(f)
	known := m.histories
	m.histories = make(map[int]*history, len(f.Workers))
	for i := range f.Workers {
		w := &f.Workers[i]
		n := number(w, i)
		h := known[n]
		silent := w.Statistics.Error != ""
		if h == nil || !silent && h.process != w.Statistics.Worker {
			h = &history{process: w.Statistics.Worker}
		}
		m.histories[n] = h
		if !silent {
			h.add(w, f.Time)
		}
	}
}

// sum adds up the workers that have answered.
func (m *Model) sum() admin.Statistics {
	var all []admin.Statistics
	for i := range m.Frame.Workers {
		all = append(all, m.Frame.Workers[i].Statistics)
	}
	return admin.Sum(all)
}

// workers is how many there are.
func (m *Model) workers() int {
	if m.Frame == nil {
		return 0
	}
	return len(m.Frame.Workers)
}

// worker is the one with this index; nil if there is none.
func (m *Model) worker(i int) *admin.LiveWorker {
	if i < 0 || i >= m.workers() {
		return nil
	}
	return &m.Frame.Workers[i]
}

// state is the state of the connection in a word, and its ink.
func (m *Model) state() (string, Ink) {
	switch {
	case m.link.live:
		return "live", Good
	case m.link.lost != nil && m.Frame == nil:
		return "connecting", Bad
	case m.link.lost != nil:
		return "reconnecting", Bad
	case m.link.trouble != "":
		return "no figures", Bad
	}
	return "connecting", Muted
}

// why says more of a state that is not live; empty if there is nothing to say.
func (m *Model) why() string {
	if m.link.lost != nil {
		return fmt.Sprintf("%v; trying again in %v", m.link.lost, m.link.again)
	}
	return m.link.trouble
}

// addresses are those where the workers listen, each once.
func (m *Model) addresses() []string {
	var all []string
	for i := range m.Frame.Workers {
		a := m.Frame.Workers[i].Statistics.Address
		if a != "" && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// number is that of a worker, from 1.
func number(w *admin.LiveWorker, index int) int {
	if n := w.Statistics.Number; n > 0 {
		return n
	}
	return index + 1
}

// threads reports whether requests wait for threads; if not, handlers run on the loop.
func (m *Model) threads() bool {
	mode := m.Frame.Server.Mode
	return mode != "async-misuse" && mode != "cooperative"
}
