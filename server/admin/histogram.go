package admin

import "time"

// Histogram counts durations by length.
type Histogram struct {
	Counts []int64 `json:"counts"` // of each bucket alone: see Bounds; the last has no bound
	Sum    float64 `json:"sum"`    // seconds
}

// Bounds are the upper bounds of a histogram's buckets, each included. A round duration, such as 100 ms or 5 s, and what
// comes on top of it is in the upper part of a bucket and not in two: from 10 ms on, a quantile within a bucket is at most
// a third too low for it.
func Bounds() []time.Duration { return bounds[:] }

// Buckets is the number of buckets, including the one without a bound.
const Buckets = len(bounds) + 1

const (
	µs = time.Microsecond
	ms = time.Millisecond
	s  = time.Second
)

var bounds = [...]time.Duration{
	110 * µs, 520 * µs, 1100 * µs, 2400 * µs, 5200 * µs, 7500 * µs,
	11 * ms, 16 * ms, 24 * ms, 35 * ms, 52 * ms, 75 * ms,
	110 * ms, 160 * ms, 240 * ms, 350 * ms, 520 * ms, 750 * ms,
	1100 * ms, 1600 * ms, 2400 * ms, 3500 * ms, 5200 * ms, 7500 * ms,
	11 * s, 16 * s, 24 * s, 35 * s, 52 * s, 75 * s,
	110 * s, 240 * s, 520 * s, 1100 * s,
}

// Bucket is the bucket of a duration.
func Bucket(d time.Duration) int {
	low, high := 0, len(bounds)
	for low < high {
		if middle := (low + high) / 2; d <= bounds[middle] {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}
