package limiter_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/limiter"
)

// visitor prints when its token comes.
type visitor string

func (v visitor) Granted() { fmt.Println(v, "may go on") }

// One token, and a queue served as anyio did before version 3.7: last in,
// first out.
func ExampleLimiter() {
	l := limiter.New(1, limiter.LIFO)
	l.SetBound(2)
	for _, v := range []visitor{"Ann", "Bob", "Cid", "Dora"} {
		switch l.Acquire(v, 0) {
		case limiter.Granted:
			fmt.Println(v, "goes ahead")
		case limiter.Waiting:
			fmt.Println(v, "waits")
		case limiter.Refused:
			fmt.Println(v, "is turned away")
		}
	}
	l.Release(3 * time.Second)
	s := l.Statistics(5 * time.Second)
	fmt.Println(s.Borrowed, "at work,", s.Waiting, "waiting, for up to", s.LongestWait)
	// Output:
	// Ann goes ahead
	// Bob waits
	// Cid waits
	// Dora is turned away
	// Cid may go on
	// 1 at work, 1 waiting, for up to 5s
}
