// Target-server stands in for a Python application server in a test. See --help.
package main

import (
	"context"
	"os"

	"github.com/target-server/target-server/stacks"
)

func main() {
	self := program{serve: serve, build: buildInfo(), now: now, stacks: stacks.Defaults(), environ: os.Environ}
	os.Exit(self.run(context.Background(), os.Args[1:], os.LookupEnv, os.Stdin, os.Stdout, os.Stderr))
}
