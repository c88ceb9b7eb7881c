package hypercorn_test

import (
	"strings"
	"time"

	"golang.org/x/net/http2"
)

// endings are those of a stream or of its connection, with 200 ms between the steps. The test itself adds the stop that
// follows each of them.
var endings = map[string][]func(c *cell){
	"nothing":                      {},
	"windows-open":                 {says(func(id uint32) string { return h2More(id, 1000) + h2More(0, 1000) })},
	"window-opens-by-one":          {says(func(id uint32) string { return h2More(id, 1) })},
	"settings-open-window":         {says(opens)},
	"reset":                        {says(h2Reset)},
	"reset,connection-window":      {says(h2Reset), says(func(uint32) string { return h2More(0, 1000) })},
	"reset,stream-window":          {says(h2Reset), says(func(id uint32) string { return h2More(id, 1000) })},
	"reset,settings-open-window":   {says(h2Reset), says(opens)},
	"reset,settings-shut-window":   {says(h2Reset), says(func(uint32) string { return h2Window(0) })},
	"reset,next":                   {says(h2Reset), says(next)},
	"reset,next,connection-window": {says(h2Reset), says(next), says(func(uint32) string { return h2More(0, 1000) })},
	"reset,fin":                    {says(h2Reset), (*cell).halfClose},
	"reset,goaway":                 {says(h2Reset), says(goAway)},
	"reset,stop":                   {says(h2Reset), (*cell).stopsNow},
	"fin":                          {(*cell).halfClose},
	"close":                        {(*cell).leaves},
	"abort":                        {(*cell).aborts},
	"goaway":                       {says(goAway)},
	"connection-error":             {says(func(uint32) string { return h2More(0, 0) })},
	"stream-window-overflows":      {says(func(id uint32) string { return h2More(id, 1<<31-1) })},
	"connection-window-overflows":  {says(func(uint32) string { return h2More(0, 1<<31-1) })},
	"data":                         {says(func(id uint32) string { return h2Data(id, false) })},
	"last-data":                    {says(func(id uint32) string { return h2Data(id, true) })},
	"twelve-data":                  {says(func(id uint32) string { return strings.Repeat(h2Data(id, false), 12) })},
	"head-again":                   {says(func(id uint32) string { return h2Get(id, "GET", "/?id=1", true) })},
	"stop":                         {(*cell).stopsNow},
}

// leavesOff lets the stream end, and returns when the server is stopped after that.
func (c *cell) leavesOff() time.Duration {
	c.t.Helper()
	steps, known := endings[c.ending]
	if !known {
		c.t.Fatalf("no ending is called %q", c.ending)
	}
	stops := 3 * time.Second
	for i, step := range steps {
		at := time.Duration(i) * 200 * ms
		if strings.HasSuffix(c.ending, "stop") && i == len(steps)-1 {
			stops = at
		}
		c.At(c.endedAt+at, func() { step(c) })
	}
	return stops
}

func says(frames func(id uint32) string) func(c *cell) {
	return func(c *cell) { c.client.Send(frames(c.stream)) }
}

func opens(uint32) string { return h2Window(100) }

func next(id uint32) string { return h2Get(id+2, "HEAD", "/nowhere", true) }

func goAway(uint32) string {
	return frames(func(f *http2.Framer) { _ = f.WriteGoAway(0, http2.ErrCodeNo, nil) })
}

func (c *cell) halfClose() { c.client.CloseWrite() }

func (c *cell) leaves() {
	c.away = true
	c.client.Close()
}

func (c *cell) aborts() {
	c.away = true
	c.client.Abort()
}

// stopsNow is the stop, which play sends.
func (c *cell) stopsNow() {}
