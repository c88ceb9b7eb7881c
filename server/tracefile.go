package server

import (
	"fmt"
	"path/filepath"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/trace"
)

// traceKind is what the file of --trace contains, by its ending.
func traceKind(path string) trace.Kind {
	switch filepath.Ext(path) {
	case ".ndjson":
		return trace.NDJSONRows
	case ".csv":
		return trace.CSVRows
	}
	return trace.PerfettoTrace
}

// checkTrace reports whether the file of --trace can be written. It changes nothing in it: that waits until the address is
// open, because until then the file may belong to the server that has the address.
func checkTrace(cfg config.Config) error {
	if cfg.Trace == "" {
		return nil
	}
	return inTrace(cfg, trace.Check(cfg.Trace))
}

// createTrace makes the file empty, for one worker or several.
func createTrace(cfg config.Config) error {
	if cfg.Trace == "" {
		return nil
	}
	return inTrace(cfg, trace.Create(cfg.Trace, traceKind(cfg.Trace)))
}

func inTrace(cfg config.Config, err error) error {
	if err != nil {
		return fmt.Errorf("--trace %s: %w", cfg.Trace, err)
	}
	return nil
}

// openTrace makes the worker write to the file that createTrace has made, until the function returned is called. warn is told
// if nothing more can be written, from any goroutine.
func (w *Worker) openTrace(warn func(error)) (closeTrace func(), err error) {
	if w.cfg.Trace == "" {
		return func() {}, nil
	}
	kind, epoch := traceKind(w.cfg.Trace), trace.Now()-w.loop.Now()
	file, err := trace.Open(w.cfg.Trace, trace.Options{
		Kind: kind, Limit: w.cfg.TraceSize, Note: w.noteTaker(kind),
		Warn: func(message string) { warn(fmt.Errorf("--trace %s: %s", w.cfg.Trace, message)) },
	})
	if err != nil {
		return nil, inTrace(w.cfg, err)
	}
	w.Trace(kind, file, epoch)
	return func() {
		w.trace.flush()
		if err := file.Close(); err != nil {
			warn(inTrace(w.cfg, err))
		}
	}, nil
}

// noteTaker encodes notes about the trace itself. It has an encoder of its own, because a file asks for notes from another
// goroutine than the loop's.
func (w *Worker) noteTaker(kind trace.Kind) func(message string) []byte {
	clock := w.loop.Clock()
	if kind != trace.PerfettoTrace {
		rows := trace.NewRows(kind.Format())
		return func(message string) []byte {
			rows.Note(clock.Now(), processID, message)
			return rows.Take()
		}
	}
	epoch := trace.Now() - w.loop.Now()
	p := trace.NewPerfetto(w.traced(epoch))
	p.Take() // the worker's own encoder describes it
	return func(message string) []byte {
		p.Instant(p.Process(), epoch+clock.Monotonic(), message)
		return p.Take()
	}
}
