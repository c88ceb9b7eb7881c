// Command fasthttp is the application that target-server imitates, written with fasthttp and a
// semaphore for its handler.
package main

import (
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/valyala/fasthttp"
	"golang.org/x/sync/semaphore"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "address served")
	limit := flag.Int64("limit", 40, "requests running at once")
	sleep := flag.Duration("sleep", 5*time.Second, "what the handler does")
	flag.Parse()
	log.Fatal(fasthttp.ListenAndServe(*addr, handler(semaphore.NewWeighted(*limit), *sleep)))
}

func handler(slots *semaphore.Weighted, sleep time.Duration) fasthttp.RequestHandler {
	return func(c *fasthttp.RequestCtx) {
		switch {
		case string(c.Path()) != "/":
			c.Error("not found", http.StatusNotFound)
			return
		case !c.IsGet():
			c.Error("method not allowed", http.StatusMethodNotAllowed)
			return
		case !c.QueryArgs().Has("id"):
			c.Error("id is missing", http.StatusUnprocessableEntity)
			return
		}
		if err := slots.Acquire(c, 1); err != nil {
			return // the server is stopping
		}
		time.Sleep(sleep)
		slots.Release(1)
		c.SetContentType("application/json")
		c.SetBodyString(`"hello"`)
	}
}
