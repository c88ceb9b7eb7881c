// Package admin serves the admin address, which is separate from the address under test: statistics, metrics, the last
// requests and control.
//
//	GET  /                      the live page, whose files are below /page/
//	GET  /live                  what it shows, several times a second, as server-sent events
//	GET  /stats                 the statistics of every worker, as a JSON array
//	GET  /wait?busy=4           the same, as soon as four handlers are running
//	GET  /requests?last=100     the last requests, as a JSON array
//	GET  /metrics               the statistics and more, for Prometheus
//	PUT  /limit?value=200       changes the number of threads of every worker
//	PUT  /sleep?value=100ms     changes how long the article's handler sleeps
//	POST /pause, /resume        stops every worker, and lets it continue
//	POST /hold, /release?n=1    keeps handlers running, and lets them end
//	POST /reset                 returns to the initial state
//	GET  /openapi.yaml          the full description, as OpenAPI
//
// Every answer is made by asking the workers. A worker answers even while its loop is blocked.
package admin

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/distribution"
)

// Workers are the workers that the address controls.
type Workers interface {
	// Statistics asks every worker.
	Statistics(ctx context.Context) ([]Statistics, error)
	// Requests returns the last requests that the workers remember, in the order of arrival; all of them if last is 0.
	Requests(ctx context.Context, last int) ([]Request, error)
	// Metrics asks every worker.
	Metrics(ctx context.Context) (Metrics, error)
	// ReadLimit reads a number of threads as --limit does: the same values are accepted, and refused for the same reasons.
	ReadLimit(text string) (int, error)
	// ReadSleep reads how long handlers sleep, as ?sleep= does: a distribution in a file is refused. It is an error if the
	// workers serve a program that a file describes.
	ReadSleep(text string) (distribution.Distribution, error)
	// Server is what the workers serve.
	Server() Server
	// Live asks every worker for what the live page shows. after has the number of the last call that is known to have
	// ended, by process id.
	Live(ctx context.Context, after map[int]int64) ([]LiveWorker, error)
	// Do has every worker carry out a command, and returns their statistics after it.
	Do(ctx context.Context, c Command) ([]Statistics, error)
}

// Patience is how long a worker may take to answer.
const Patience = 5 * time.Second

// Serve answers requests that Access allows on a listener until ctx ends. It has at most Slots connections at once.
func Serve(ctx context.Context, l net.Listener, w Workers, a Access) error {
	a.Hosts = append(slices.Clone(a.Hosts), l.Addr().String())
	s := &http.Server{
		Handler: tracked(Handler(w, a)), MaxHeaderBytes: 1 << 14, ConnContext: withConn,
		DisableGeneralOptionsHandler: true, // so that Access guards OPTIONS *, too
		ReadHeaderTimeout:            Patience, ReadTimeout: 2 * Patience, WriteTimeout: 2 * Patience, IdleTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0), // its lines would be mixed with the log of the server imitated
	}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	if err := s.Serve(bounded(l, func() int { return Slots(Descriptors()) })); ctx.Err() == nil {
		return fmt.Errorf("admin address: %w", err)
	}
	return nil
}

//go:embed openapi.yaml
var openAPI []byte

// Handler serves the address's routes to requests that Access allows.
func Handler(w Workers, a Access) http.Handler {
	p := newPage()
	return hardened(a.guard(routes(w, p), p.has))
}

func routes(w Workers, p page) chi.Router {
	r := chi.NewRouter()
	answerOthers(r)
	waits := &waits{}
	r.With(takes()).Get("/", p.serve)
	r.With(takes()).Get("/page/{file}", p.serve)
	r.With(takes()).Get("/live", newFeed(frames(w)).serve)
	r.With(takes()).Get("/stats", func(rw http.ResponseWriter, req *http.Request) { answer(rw, req, w.Statistics, writeJSON) })
	r.With(takes()).Get("/metrics", func(rw http.ResponseWriter, req *http.Request) { showMetrics(rw, req, w) })
	r.With(takes("busy", "waiting", "zombies", "answered", "refused", "timeout"), waits.bounded).Get("/wait", func(rw http.ResponseWriter, req *http.Request) { wait(rw, req, w) })
	r.With(takes("last")).Get("/requests", func(rw http.ResponseWriter, req *http.Request) {
		last, err := number(req, "last", 0, 0)
		if err != nil {
			wrong(rw, err)
			return
		}
		ask := func(ctx context.Context) ([]Request, error) { return w.Requests(ctx, last) }
		answer(rw, req, ask, writeJSON)
	})
	r.With(takes("value")).Put("/limit", func(rw http.ResponseWriter, req *http.Request) {
		n, err := w.ReadLimit(req.URL.Query().Get("value"))
		switch {
		case err != nil && !req.URL.Query().Has("value"):
			wrong(rw, errors.New("value is missing; accepted: a number of threads, as in PUT /limit?value=200"))
			return
		case err != nil:
			wrong(rw, fmt.Errorf("value: %w", err))
			return
		}
		do(rw, req, w, Command{Do: Limit, N: n})
	})
	r.With(takes("value")).Put("/sleep", func(rw http.ResponseWriter, req *http.Request) {
		if !req.URL.Query().Has("value") {
			wrong(rw, errors.New("value is missing; accepted: a duration or a distribution, as in PUT /sleep?value=100ms"))
			return
		}
		d, err := w.ReadSleep(req.URL.Query().Get("value"))
		if err != nil {
			wrong(rw, fmt.Errorf("value: %w", err))
			return
		}
		do(rw, req, w, Command{Do: Sleep, Sleep: d})
	})
	for _, verb := range []Verb{Pause, Resume, Hold, Reset} {
		r.With(takes()).Post("/"+string(verb), func(rw http.ResponseWriter, req *http.Request) { do(rw, req, w, Command{Do: verb}) })
	}
	r.With(takes("n")).Post("/release", func(rw http.ResponseWriter, req *http.Request) {
		n, err := number(req, "n", 0, 1)
		if err != nil {
			wrong(rw, fmt.Errorf("%w, or no n to release all", err))
			return
		}
		do(rw, req, w, Command{Do: Release, N: n})
	})
	r.With(takes()).Get("/openapi.yaml", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/yaml")
		_, _ = rw.Write(openAPI)
	})
	return r
}

// answerOthers says what is served to a request for something else.
func answerOthers(r chi.Router) {
	r.NotFound(func(rw http.ResponseWriter, _ *http.Request) {
		http.Error(rw, "no such path; available: GET / (a page), /live, /stats, /wait, /requests, /metrics and /openapi.yaml, PUT /limit and /sleep, "+
			"POST /pause, /resume, /hold, /release and /reset", http.StatusNotFound)
	})
	r.MethodNotAllowed(func(rw http.ResponseWriter, req *http.Request) {
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost} {
			if r.Match(chi.NewRouteContext(), method, req.URL.Path) {
				rw.Header().Add("Allow", method)
				http.Error(rw, fmt.Sprintf("method %s: accepted for %s: %s", shown(req.Method), req.URL.Path, method), http.StatusMethodNotAllowed)
			}
		}
	})
}

// takes refuses a query with any other parameter, or with one twice: releasing every
// handler because n was misspelt would be worse.
func takes(names ...string) func(http.Handler) http.Handler {
	accepted := "accepted: " + cmp.Or(strings.Join(names, ", "), "none")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
			query, err := url.ParseQuery(req.URL.RawQuery)
			if err != nil {
				wrong(rw, fmt.Errorf("query %q: %w", req.URL.RawQuery, err))
				return
			}
			for name, values := range query {
				if !slices.Contains(names, name) {
					wrong(rw, fmt.Errorf("parameter %q is unknown here; %s", name, accepted))
					return
				}
				if len(values) > 1 {
					wrong(rw, fmt.Errorf("parameter %q is given %d times; accepted: once", name, len(values)))
					return
				}
			}
			next.ServeHTTP(rw, req)
		})
	}
}

func wrong(rw http.ResponseWriter, err error) { http.Error(rw, err.Error(), http.StatusBadRequest) }

// number reads a parameter of the query, from least to Most. If it is absent, number returns missing, which is not
// negative.
func number(req *http.Request, name string, missing, least int) (int, error) {
	text := req.URL.Query().Get(name)
	if !req.URL.Query().Has(name) {
		return missing, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > Most {
		return 0, fmt.Errorf("%s: %q is not accepted; accepted: a whole number from %d to %d", name, text, least, Most)
	}
	return n, nil
}

func do(rw http.ResponseWriter, req *http.Request, w Workers, c Command) {
	answer(rw, req, func(ctx context.Context) ([]Statistics, error) { return w.Do(ctx, c) }, writeJSON)
}

// answer asks the workers and writes their answers.
func answer[T any](rw http.ResponseWriter, req *http.Request, question func(context.Context) ([]T, error), write func(http.ResponseWriter, []T)) {
	ctx, cancel := context.WithTimeout(req.Context(), Patience)
	defer cancel()
	setActivity(ctx, asking)
	answers, err := question(ctx)
	setActivity(ctx, replying)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusServiceUnavailable)
		return
	}
	write(rw, answers)
}

// writeJSON ignores a failed write: the client has left.
func writeJSON[T any](rw http.ResponseWriter, all []T) {
	rw.Header().Set("Content-Type", "application/json")
	if all == nil {
		all = []T{}
	}
	text, err := json.Marshal(all)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = rw.Write(append(accesslog.AppendPrintable(nil, text), '\n')) // safe to show in a terminal
}
