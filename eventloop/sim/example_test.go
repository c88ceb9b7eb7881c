package sim_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/eventloop/sim"
)

// Hours pass at once, and in the same order each time. For a loop in such a world see the example of package eventloop.
func Example() {
	world := sim.NewWorld(time.Date(2023, 3, 18, 12, 0, 0, 0, time.UTC))
	defer world.Close()
	for _, pause := range []time.Duration{2 * time.Hour, time.Hour} {
		world.Process(func(p *sim.Process) {
			p.Sleep(pause)
			fmt.Println("slept until", p.Now().Format(time.TimeOnly))
		})
	}
	world.At(90*time.Minute, func() { fmt.Println("between them") })
	world.Run(24 * time.Hour)
	fmt.Println("over after", world.Now())
	// Output:
	// slept until 13:00:00
	// between them
	// slept until 14:00:00
	// over after 24h0m0s
}
