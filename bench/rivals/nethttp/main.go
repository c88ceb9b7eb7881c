// Command nethttp is the application that target-server imitates, as it would usually be written in Go:
// net/http, chi, and a semaphore for its handler.
package main

import (
	"flag"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"golang.org/x/sync/semaphore"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "address served")
	limit := flag.Int64("limit", 40, "requests running at once")
	sleep := flag.Duration("sleep", 5*time.Second, "what the handler does")
	flag.Parse()
	log.Fatal(http.ListenAndServe(*addr, routes(semaphore.NewWeighted(*limit), *sleep)))
}

func routes(slots *semaphore.Weighted, sleep time.Duration) http.Handler {
	r := chi.NewRouter()
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("id") {
			http.Error(w, "id is missing", http.StatusUnprocessableEntity)
			return
		}
		if err := slots.Acquire(r.Context(), 1); err != nil {
			return // the client has left
		}
		time.Sleep(sleep)
		slots.Release(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `"hello"`)
	})
	return r
}
