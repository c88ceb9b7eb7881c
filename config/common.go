package config

import "time"

// Common are the settings of a stack whose real server says nothing about them, and the values that most servers have; a
// stack sets its own on top.
func Common(stack, vintage string) Config {
	return Config{
		Addr:            ":8080",
		Stack:           stack,
		Vintage:         vintage,
		Mode:            "threadpool",
		Queue:           Unlimited,
		Workers:         1,
		Sleep:           5 * time.Second,
		Timeout:         NoTimeout,
		GracefulTimeout: NoTimeout,
		Loop:            "auto",
		HTTP:            "auto",
		LogFormat:       "native",
		History:         1000,
	}
}
