package config_test

import (
	"fmt"
	"os"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
)

func ExampleLoad() {
	stacks := []config.Defaults{{
		Values: config.Config{
			Stack: "example", Vintage: config.VintageCurrent, Addr: ":8080", Mode: "threadpool",
			Limit: 40, Queue: config.Unlimited, Workers: 1, Sleep: distribution.Of(5 * time.Second), Loop: "auto", HTTP: "auto", LogFormat: "native",
		},
		Refuses: map[string]string{"timeout": "the real server has no such option"},
	}}
	load := func(args ...string) {
		cfg, err := config.Load(config.Sources{Args: args, LookupEnv: os.LookupEnv, Now: time.Now, Stacks: stacks})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(cfg.Limit, "threads, sleep", cfg.Sleep)
	}
	load("--limit", "200")
	load("--limit=0", "--timeout=30s")
	// Output:
	// 200 threads, sleep 5s
	// flag --limit: "0" is too small; accepted: a whole number from 1 to 2147483647, or unlimited
	// flag --timeout: "30s" cannot be used with --stack example --vintage current: the real server has no such option; accepted: only the default, 0s
}
