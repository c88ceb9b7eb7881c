//go:build !linux

package main

import (
	"errors"
	"time"
)

var errNotLinux = errors.New("available only on Linux")

func proportionalBytes(int) (int, error) { return 0, errNotLinux }

func processorTime(int) (time.Duration, error) { return 0, errNotLinux }

func bareSleep(d time.Duration) { time.Sleep(d) }
