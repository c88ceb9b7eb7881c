package config

import (
	"time"

	"github.com/target-server/target-server/distribution"
)

// testStacks are two made-up stacks: oak at both vintages, and elm at one, which has a parent.
func testStacks() []Defaults {
	return []Defaults{
		{
			Summary: "a tree of 2023",
			Values:  treeValues("oak", Vintage202303),
			Refuses: map[string]string{
				"app=flask":        "no flask hangs on an oak",
				"timeout":          "oaks take their time",
				"graceful-timeout": "young oaks fall at once; --vintage current has it",
			},
		},
		{
			Summary: "a tree of today",
			Values:  treeValues("oak", VintageCurrent),
			Offers: []string{
				"access-log", "proxy-headers", "server-header", "date-header", "header", "keep-alive-max-requests", "h2-max-concurrent-streams",
			},
			Refuses: map[string]string{
				"app=flask": "no flask hangs on an oak",
				"timeout":   "oaks take their time",
			},
			With: map[string]map[string]string{
				"http=h11": {"loop=uvloop": "it does not grow beside h11"},
			},
		},
		{Summary: "another tree", Values: treeValues("elm", Vintage202303), Supervised: true, Ignores: map[string]string{"backlog": "elms do not queue"}},
	}
}

// oakValues are what a Config holds if nothing is given.
func oakValues() Config { return testStacks()[0].Values }

func treeValues(stack, vintage string) Config {
	return Config{
		Addr:            ":8080",
		Stack:           stack,
		Vintage:         vintage,
		Mode:            "threadpool",
		App:             "fastapi",
		Limit:           40,
		Queue:           Unlimited,
		Workers:         1,
		Sleep:           distribution.Of(5 * time.Second),
		TraceSize:       256 << 20,
		Backlog:         2048,
		KeepAlive:       5 * time.Second,
		Timeout:         NoTimeout,
		GracefulTimeout: NoTimeout,
		Loop:            "auto",
		HTTP:            "auto",
		ProxyHeaders:    true,
		ServerHeader:    true,
		DateHeader:      true,
		LogFormat:       "native",
		AccessLog:       true,

		H2MaxConcurrentStreams: 100,
	}
}
