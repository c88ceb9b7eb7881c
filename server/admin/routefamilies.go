package admin

import "iter"

// answering are the workers that have answered.
func (m *Metrics) answering() iter.Seq[*WorkerMetrics] {
	return func(yield func(*WorkerMetrics) bool) {
		for i := range m.Workers {
			if m.Workers[i].Statistics.Error == "" && !yield(&m.Workers[i]) {
				return
			}
		}
	}
}

// requestFamilies are how requests ended, and how long they took.
func requestFamilies() []family {
	return []family{
		{"requests_ended_total", counter, "Requests that have ended, also those that the framework or the server answered by itself.", []string{"worker", "route", "outcome", "status"}, func(m *Metrics, w *exposition) {
			for one := range m.answering() {
				for _, r := range one.Routes {
					for _, e := range r.Ended {
						w.sample(float64(e.N), number10(one.Statistics.Number), r.Route, string(e.Outcome), number10(e.Status))
					}
				}
			}
		}},
		{"refusals_total", counter, "Requests refused with a quick 503, by the setting that is the cause.", []string{"worker", "cause"}, func(m *Metrics, w *exposition) {
			for one := range m.answering() {
				w.sample(float64(one.Refusals.Queue), number10(one.Statistics.Number), "queue")
				w.sample(float64(one.Refusals.LimitConcurrency), number10(one.Statistics.Number), "limit_concurrency")
			}
		}},
		times("request_wait_seconds", "From a request's arrival to the start of its handler.", func(r RouteMetrics) *Histogram { return r.Wait }),
		times("request_work_seconds", "From the start of a request's handler to its end.", func(r RouteMetrics) *Histogram { return r.Work }),
		times("request_duration_seconds", "From a request's arrival to the end of its handler.", func(r RouteMetrics) *Histogram { return r.Total }),
	}
}

// times is a histogram of each route.
func times(name, help string, of func(RouteMetrics) *Histogram) family {
	return family{name, histogram, help, []string{"worker", "route"}, func(m *Metrics, w *exposition) {
		for one := range m.answering() {
			for _, r := range one.Routes {
				if h := of(r); h != nil {
					w.histogram(h, number10(one.Statistics.Number), r.Route)
				}
			}
		}
	}}
}

// route is a metric with one value for each route of a program, and pool with one for each pool.
func route(name string, k kind, help string, value func(*Route) float64) family {
	return family{name, k, help, []string{"worker", "route"}, func(m *Metrics, w *exposition) {
		for one := range m.answering() {
			for i := range one.Statistics.Routes {
				r := &one.Statistics.Routes[i]
				w.sample(value(r), number10(one.Statistics.Number), r.Name)
			}
		}
	}}
}

func pool(name string, k kind, help string, value func(*Pool) float64) family {
	return family{name, k, help, []string{"worker", "pool"}, func(m *Metrics, w *exposition) {
		for one := range m.answering() {
			for i := range one.Statistics.Pools {
				p := &one.Statistics.Pools[i]
				w.sample(value(p), number10(one.Statistics.Number), p.Name)
			}
		}
	}}
}

// routeFamilies are the totals of the routes of a program that a file describes.
func routeFamilies() []family {
	return []family{
		route("route_held", gauge, "Requests of a route that have not ended.", func(r *Route) float64 { return float64(r.Held) }),
		route("route_accepted_total", counter, "Requests of a route that reached the program.", func(r *Route) float64 { return float64(r.Accepted) }),
		route("route_answered_total", counter, "Requests of a route that the program has answered.", func(r *Route) float64 { return float64(r.Answered) }),
		route("route_errors_total", counter, "Requests of a route answered with a status from 500 on.", func(r *Route) float64 { return float64(r.Errors) }),
		route("route_refused_total", counter, "Requests of a route refused with a quick 503.", func(r *Route) float64 { return float64(r.Refused) }),
	}
}

// poolFamilies are about its connection pools.
func poolFamilies() []family {
	return []family{
		pool("pool_connections_limit", gauge, "Connections that a pool may have, overflow included.", func(p *Pool) float64 { return float64(p.Size + p.Overflow) }),
		pool("pool_connections_in_use", gauge, "Connections of a pool in use.", func(p *Pool) float64 { return float64(p.InUse) }),
		pool("pool_waiting", gauge, "Functions that wait for a connection of a pool.", func(p *Pool) float64 { return float64(p.Waiting) }),
		pool("pool_timeouts_total", counter, "Functions that have waited for a connection in vain.", func(p *Pool) float64 { return float64(p.Timeouts) }),
		pool("pool_longest_wait_seconds", gauge, "Longest wait for a connection.", func(p *Pool) float64 { return p.LongestWait }),
		{"pool_wait_seconds", histogram, "How long functions have waited for a connection, in vain or not; 0 for one that was free.", []string{"worker", "pool"}, func(m *Metrics, w *exposition) {
			for one := range m.answering() {
				for i := range one.PoolWaits {
					w.histogram(&one.PoolWaits[i], number10(one.Statistics.Number), one.Statistics.Pools[i].Name)
				}
			}
		}},
	}
}
