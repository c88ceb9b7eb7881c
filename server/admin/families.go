package admin

import (
	"runtime"
	"slices"
)

// family is one metric of GET /metrics: its samples have the same name and kind.
type family struct {
	name    string // without the prefix; a counter ends in _total
	kind    kind
	help    string
	labels  []string // of its samples, in their order
	samples func(m *Metrics, w *exposition)
}

// kind is a type of metric, in the words of both formats.
type kind string

const (
	gauge     kind = "gauge"
	counter   kind = "counter"
	histogram kind = "histogram"
	info      kind = "info" // a gauge of 1 in the older format
)

// families are all metrics, in the order in which they are shown.
func families() []family {
	return slices.Concat(serverFamilies(), workerFamilies(), requestFamilies(), loopFamilies(), routeFamilies(), poolFamilies())
}

// serverFamilies are about the server as a whole.
func serverFamilies() []family {
	return []family{
		{
			"build_info", info, "What this server is.",
			[]string{"version", "goversion", "stack", "vintage", "app", "mode", "program"},
			func(m *Metrics, w *exposition) {
				s := m.Server
				w.sample(1, s.Version, runtime.Version(), s.Stack, s.Vintage, s.App, s.Mode, s.Program)
			},
		},
		{"workers", gauge, "Worker processes that run.", nil, func(m *Metrics, w *exposition) { w.sample(float64(len(m.Workers))) }},
		{
			"worker_restarts_total", counter, "Workers started in place of an earlier one, whether it had ended or was told to.", nil,
			func(m *Metrics, w *exposition) { w.sample(float64(m.Restarts)) },
		},
		{"worker_up", gauge, "Whether a worker answers: the others of its metrics are missing if it does not.", []string{"worker"}, func(m *Metrics, w *exposition) {
			for i := range m.Workers {
				s := &m.Workers[i].Statistics
				w.sample(truth(s.Error == ""), number10(s.Number))
			}
		}},
		{"backlog_connections", gauge, "Connections that wait in the kernel to be accepted. Workers that share a socket share them.", nil, func(m *Metrics, w *exposition) {
			if b := m.backlog(); b != nil {
				w.sample(float64(b.Waiting))
			}
		}},
		{"backlog_limit", gauge, "Connections for which the kernel's queue has room.", nil, func(m *Metrics, w *exposition) {
			if b := m.backlog(); b != nil {
				w.sample(float64(b.Limit))
			}
		}},
	}
}

// backlog is the longest queue that a worker knows of, or nil if none knows any.
func (m *Metrics) backlog() *Backlog {
	var longest *Backlog
	for _, w := range m.Workers {
		if w.Backlog != nil && (longest == nil || w.Backlog.Waiting > longest.Waiting) {
			longest = w.Backlog
		}
	}
	return longest
}

// worker is a metric with one value for each worker.
func worker(name string, k kind, help string, value func(*WorkerMetrics) float64) family {
	return family{name, k, help, []string{"worker"}, func(m *Metrics, w *exposition) {
		for one := range m.answering() {
			w.sample(value(one), number10(one.Statistics.Number))
		}
	}}
}

// interpreter is a family of the workers in which something has computed.
func interpreter(name string, k kind, help string, value func(*Interpreter) float64) family {
	return family{name, k, help, []string{"worker"}, func(m *Metrics, w *exposition) {
		for one := range m.answering() {
			if i := one.Statistics.Interpreter; i != nil {
				w.sample(value(i), number10(one.Statistics.Number))
			}
		}
	}}
}

// workerFamilies are the statistics of each worker.
func workerFamilies() []family {
	return []family{
		worker("threads_limit", gauge, "Threads that a worker may use at once.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Limit) }),
		worker("threads_borrowed", gauge, "Threads in use.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Borrowed) }),
		worker("requests_busy", gauge, "Requests whose handler is running.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Busy) }),
		worker("requests_waiting", gauge, "Requests queued for a thread.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Waiting) }),
		worker("requests_held", gauge, "Requests accepted that have not ended: queued or running.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Held) }),
		worker("requests_lasting", gauge, "Requests answered whose background tasks or exits have not ended.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Lasting) }),
		worker("requests_zombies", gauge, "Requests held for clients that have left.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Zombies) }),
		worker("longest_wait_seconds", gauge, "Longest wait for a thread.", func(w *WorkerMetrics) float64 { return w.Statistics.LongestWait }),
		worker("requests_accepted_total", counter, "Requests that reached the program, or were refused before.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Accepted) }),
		worker("requests_started_total", counter, "Requests whose handler has started.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Started) }),
		worker("requests_answered_total", counter, "Requests that the program has answered.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Answered) }),
		worker("requests_refused_total", counter, "Requests refused with a quick 503, because of --queue or --limit-concurrency.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Refused) }),
		worker("requests_cancelled_total", counter, "Requests cancelled by the end of the server.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Cancelled) }),
		worker("requests_left_total", counter, "Requests whose connection had ended before their answer.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Left) }),
		worker("goroutines", gauge, "Goroutines of the process.", func(w *WorkerMetrics) float64 { return float64(w.Statistics.Goroutines) }),
		worker("paused", gauge, "Whether a worker is paused, by POST /pause.", func(w *WorkerMetrics) float64 { return truth(w.Statistics.Paused) }),
		worker("holding", gauge, "Whether a worker keeps handlers running, by POST /hold.", func(w *WorkerMetrics) float64 { return truth(w.Statistics.Holding) }),
	}
}

// loopFamilies are about a worker's loop and its connections.
func loopFamilies() []family {
	return []family{
		worker("loop_blocked_seconds_total", counter, "How long the loop has stood still, because a handler blocked it or it was paused.", func(w *WorkerMetrics) float64 { return w.Loop.Blocked }),
		worker("loop_lag_seconds", gauge, "How long the loop's last turn took, or the one in which it now stands still has taken: an event waits for so long.", func(w *WorkerMetrics) float64 { return w.Loop.Lag }),
		worker("loop_longest_lag_seconds", gauge, "The longest lag so far.", func(w *WorkerMetrics) float64 { return w.Loop.LongestLag }),
		interpreter("interpreter_held_seconds_total", counter, "How long a thread has had the lock of the Python interpreter, while something computes.", func(i *Interpreter) float64 { return i.Held }),
		interpreter("interpreter_wanted", gauge, "Threads that wait for the lock of the Python interpreter.", func(i *Interpreter) float64 { return float64(i.Wanted) }),
		worker("connections_accepted_total", counter, "Connections accepted.", func(w *WorkerMetrics) float64 { return float64(w.Accepted) }),
		worker("connections_open", gauge, "Connections that have not been closed.", func(w *WorkerMetrics) float64 { return float64(w.Open) }),
	}
}
