package stacks

import (
	"time"

	"github.com/target-server/target-server/config"
)

// usual are the settings that a stack has where its real server has no say, and the
// values that most have: a stack sets what is its own on top.
func usual(stack, vintage string) config.Config {
	return config.Config{
		Addr:            ":8080",
		Stack:           stack,
		Vintage:         vintage,
		Mode:            "threadpool",
		Queue:           config.Unlimited,
		Workers:         1,
		Sleep:           5 * time.Second,
		Timeout:         config.NoTimeout,
		GracefulTimeout: config.NoTimeout,
		Loop:            "auto",
		HTTP:            "auto",
		LogFormat:       "native",
		History:         1000,
	}
}
