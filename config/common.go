package config

import (
	"time"

	"github.com/target-server/target-server/distribution"
)

// Common returns the usual defaults: of settings that the real servers do not have, and those that most of them share.
// A stack then sets its own.
func Common(stack, vintage string) Config {
	return Config{
		Addr:            ":8080",
		Stack:           stack,
		Vintage:         vintage,
		Mode:            "threadpool",
		Queue:           Unlimited,
		Workers:         1,
		Sleep:           distribution.Of(5 * time.Second),
		Timeout:         NoTimeout,
		GracefulTimeout: NoTimeout,
		Loop:            "auto",
		HTTP:            "auto",
		ProxyHeaders:    true,
		ServerHeader:    true,
		DateHeader:      true,
		LogFormat:       "native",
		AccessLog:       true,
		History:         1000,
		TraceSize:       256 << 20,

		H2MaxConcurrentStreams: 100,
	}
}
