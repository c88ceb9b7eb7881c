package pace

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// Costs are how long a server computes for each of its steps.
type Costs struct {
	// Accept is a connection, beyond the request that comes on it. Where every request has its own connection it is 0,
	// and Request has it all.
	Accept Cost `json:"accept"`
	// Request is from the bytes of a request until its function is called or handed to a thread.
	Request Cost `json:"request"`
	// Hop is a trip to a thread and back, without what the function does there.
	Hop Cost `json:"hop"`
	// Answer is from the function's return until the answer is written, with its access line.
	Answer Cost `json:"answer"`
	// Wake is the end of a sleep in a thread, which then needs the interpreter's lock again.
	Wake Cost `json:"wake"`
	// Timer is the end of an awaited sleep.
	Timer Cost `json:"timer"`
	// Line is a line that a function prints.
	Line Cost `json:"line"`
	// LateTimer is by how much an awaited sleep lasts longer than was asked for, and LateSleep a thread's. Nothing is
	// held meanwhile.
	LateTimer Micro `json:"late_timer"`
	LateSleep Micro `json:"late_sleep"`
}

// Micro is a time in microseconds.
type Micro float64

// Duration is the time as Go has it.
func (m Micro) Duration() time.Duration { return time.Duration(float64(m) * float64(time.Microsecond)) }

// anchors are the numbers of requests in progress for which a cost is measured.
var anchors = [...]float64{1, 16, 64}

// Cost is how long a step computes while 1, 16 or 64 requests are in progress. Threads that wait for the interpreter's
// lock make each other slower, and so do more objects than the caches hold.
type Cost [len(anchors)]Micro

// At is the cost while n requests are in progress: a straight line between two of the measured numbers on a logarithmic
// scale, and as at the last one beyond it.
func (c Cost) At(n int) time.Duration {
	x := math.Log2(max(1, float64(n)))
	for i := 1; i < len(anchors); i++ {
		low, high := math.Log2(anchors[i-1]), math.Log2(anchors[i])
		if x <= high {
			part := Micro((x - low) / (high - low))
			return (c[i-1] + part*(c[i]-c[i-1])).Duration()
		}
	}
	return c[len(c)-1].Duration()
}

// Measured are the costs of one server, and where they come from.
type Measured struct {
	Costs
	// Date is when they were measured, and Reference how long [Reference] took then, in microseconds.
	Date      string `json:"date"`
	Reference Micro  `json:"reference"`
}

// Key names a server among those of its stack: a vintage and, for Uvicorn, a loop and a parser other than the usual.
func Key(vintage, loop, http string) string {
	key := vintage
	if loop == "asyncio" {
		key += " " + loop
	}
	if http == "h11" {
		key += " " + http
	}
	return key
}

// Of returns what was measured of a stack, by [Key]; nothing, if that is no stack whose pace was measured.
func Of(stack string) (map[string]Measured, error) {
	data, err := measured.ReadFile("measured/" + stack + ".json")
	if err != nil {
		return nil, nil //nolint:nilerr // the only failure is that there is no such file
	}
	var all map[string]Measured
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("the pace of %s: %w", stack, err)
	}
	return all, nil
}
