// Package admin is the server's own address, apart from the one it is tested
// on: statistics, metrics and control.
//
//	GET /stats             the workers, as a JSON array
//	GET /metrics           the same for Prometheus
//	PUT /limit?value=200   changes the threads of every worker
//
// It asks the workers for every answer. A worker whose loop is blocked answers
// all the same.
package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
)

// Workers is whom the address speaks for.
type Workers interface {
	// Statistics asks every worker.
	Statistics(ctx context.Context) ([]Statistics, error)
	// SetLimit changes the threads of every worker and returns what they say.
	SetLimit(ctx context.Context, n int) ([]Statistics, error)
}

// Statistics is what a worker looked like at one moment.
//
// The sums count requests that the program was asked for, from the moment at
// which it is: FastAPI's own answers (404, 422, …) and Uvicorn's (400, and 503
// over --limit-concurrency) are not among them, nor is a request that stands
// behind another one on its connection. At any moment
//
//	accepted = held + answered + refused + cancelled + left
//
// Those answered have started, those refused have not. The clients have been
// sent as many answers of the program with status 200 as were answered, with 503
// as were refused, and with 500 as were cancelled.
//
// Borrowed is above limit only after it was lowered, and then falls by one with
// each end; nobody waits while it is below. Whenever the loop of mode threadpool has nothing to
// do, held = borrowed + waiting, but for answers that wait for their client to
// read (held alone) and threads whose request was cancelled (borrowed alone).
type Statistics struct {
	Worker      int     `json:"worker"`          // process id
	Limit       int     `json:"limit"`           // threads
	Borrowed    int     `json:"borrowed"`        // of them in work
	Waiting     int     `json:"waiting"`         // requests in line for a thread
	Peak        int     `json:"peak"`            // most ever in work at once
	LongestWait float64 `json:"longest_wait"`    // seconds, of those in line and those served
	Accepted    int64   `json:"accepted"`        // requests that the program was asked for
	Held        int64   `json:"held"`            // of them without an end so far
	Started     int64   `json:"started"`         // requests whose work has begun
	Answered    int64   `json:"answered"`        // by the program, on a connection that was there
	Refused     int64   `json:"refused"`         // no place in line
	Error       string  `json:"error,omitempty"` // why the worker has not answered; nothing else is known then
	Cancelled   int64   `json:"cancelled"`       // by the end of the server
	Left        int64   `json:"left"`            // ended when their connection had, so that their answer went to nobody
	Goroutines  int     `json:"goroutines"`      // of the process: what is held costs none
}

// MaxLimit is the highest limit that can be set.
const MaxLimit = 1_000_000

// patience is how long a worker may take to answer.
const patience = 5 * time.Second

// Serve answers on a listener until ctx ends.
func Serve(ctx context.Context, l net.Listener, w Workers) error {
	s := &http.Server{
		Handler: Handler(w), MaxHeaderBytes: 1 << 14,
		ReadHeaderTimeout: patience, ReadTimeout: 2 * patience, WriteTimeout: 2 * patience, IdleTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0), // its lines would stand amid the log of the server imitated
	}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	if err := s.Serve(l); ctx.Err() == nil {
		return fmt.Errorf("admin address: %w", err)
	}
	return nil
}

// Handler is the address's routes.
func Handler(w Workers) http.Handler {
	r := chi.NewRouter()
	r.NotFound(func(rw http.ResponseWriter, _ *http.Request) {
		http.Error(rw, "there are GET /stats, GET /metrics and PUT /limit?value=N", http.StatusNotFound)
	})
	r.Get("/stats", func(rw http.ResponseWriter, req *http.Request) {
		ask(rw, req, w.Statistics, writeJSON)
	})
	r.Get("/metrics", func(rw http.ResponseWriter, req *http.Request) {
		ask(rw, req, w.Statistics, writeMetrics)
	})
	r.Put("/limit", func(rw http.ResponseWriter, req *http.Request) {
		text := req.URL.Query().Get("value")
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > MaxLimit {
			http.Error(rw, fmt.Sprintf("value %q: accepted: a whole number from 1 to %d, as in PUT /limit?value=200", text, MaxLimit), http.StatusBadRequest)
			return
		}
		ask(rw, req, func(ctx context.Context) ([]Statistics, error) { return w.SetLimit(ctx, n) }, writeJSON)
	})
	return r
}

// ask asks the workers and writes what they say.
func ask(rw http.ResponseWriter, req *http.Request, question func(context.Context) ([]Statistics, error), write func(http.ResponseWriter, []Statistics)) {
	ctx, cancel := context.WithTimeout(req.Context(), patience)
	defer cancel()
	answers, err := question(ctx)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusServiceUnavailable)
		return
	}
	write(rw, answers)
}

// writeJSON, like writeMetrics, ignores an error: the client has left.
func writeJSON(rw http.ResponseWriter, all []Statistics) {
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(all)
}

func writeMetrics(rw http.ResponseWriter, all []Statistics) {
	rw.Header().Set("Content-Type", "text/plain; version=0.0.4")
	for _, m := range metrics() {
		_, _ = fmt.Fprintf(rw, "# HELP target_server_%s %s\n# TYPE target_server_%s %s\n", m.name, m.help, m.name, m.kind)
		for _, s := range all {
			_, _ = fmt.Fprintf(rw, "target_server_%s{worker=\"%d\"} %v\n", m.name, s.Worker, m.value(s))
		}
	}
}

// metric is one line of the Prometheus page.
type metric struct {
	name, kind, help string
	value            func(Statistics) any
}

func metrics() []metric {
	return []metric{
		{"threads_limit", "gauge", "Threads that a worker may use at once.", func(s Statistics) any { return s.Limit }},
		{"threads_borrowed", "gauge", "Threads in work.", func(s Statistics) any { return s.Borrowed }},
		{"requests_waiting", "gauge", "Requests in line for a thread.", func(s Statistics) any { return s.Waiting }},
		{"requests_held", "gauge", "Requests accepted and not answered.", func(s Statistics) any { return s.Held }},
		{"longest_wait_seconds", "gauge", "Longest wait for a thread.", func(s Statistics) any { return s.LongestWait }},
		{"requests_accepted_total", "counter", "Requests that the program was asked for.", func(s Statistics) any { return s.Accepted }},
		{"requests_started_total", "counter", "Requests whose work has begun.", func(s Statistics) any { return s.Started }},
		{"requests_answered_total", "counter", "Requests that the program has answered.", func(s Statistics) any { return s.Answered }},
		{"requests_refused_total", "counter", "Requests for which the line had no place.", func(s Statistics) any { return s.Refused }},
		{"requests_cancelled_total", "counter", "Requests that the end of the server has cancelled.", func(s Statistics) any { return s.Cancelled }},
		{"requests_left_total", "counter", "Requests whose connection had ended before their answer.", func(s Statistics) any { return s.Left }},
		{"goroutines", "gauge", "Goroutines of the process.", func(s Statistics) any { return s.Goroutines }},
	}
}
