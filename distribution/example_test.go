package distribution_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/target-server/target-server/distribution"
)

func Example() {
	d, err := distribution.Parse("lognormal(p50=8ms, p99=60ms)")
	if err != nil {
		fmt.Println(err)
		return
	}
	random := rand.New(rand.NewPCG(1, 2)) // the same draws in each run
	fmt.Println(d.Draw(random), d.Draw(random))
	fmt.Println(d.Mean(), d.Quantile(0.5), d.Quantile(0.99))

	_, err = distribution.Parse("uniform(20ms, 5ms)")
	fmt.Println("this", err)
	// Output:
	// 11.893138ms 7.355717ms
	// 11.640914ms 8ms 60ms
	// this has a max below its min (character 15); accepted: uniform(5ms, 20ms)
}
