package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/target-server/target-server/bench/crowd"
)

func main() {
	asCrowd()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// asCrowd runs this process as a client process, if it was started as one.
func asCrowd() {
	if len(os.Args) < 2 || os.Args[1] != crowd.Argument {
		return
	}
	if err := crowd.Main(os.Args[2:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(exitFailed)
	}
	os.Exit(exitGood)
}
