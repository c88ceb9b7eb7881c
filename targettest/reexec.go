package targettest

import (
	"context"
	"fmt"
	"os"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/stacks"
)

// marker is the environment variable that tells a test binary to serve. Its value is the folder for its last report.
const marker = "TARGETTEST_SERVES"

// init turns a test binary that [Processes] has started into a server, before any test or TestMain runs.
func init() { //nolint:gochecknoinits // docs/decisions/0011-fixture.md
	if folder := os.Getenv(marker); folder != "" {
		os.Exit(serve(os.Args[1:], folder))
	}
}

func serve(args []string, reports string) int {
	streams := server.Streams{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, AtEnd: reportTo(reports)}
	how, err := server.Ended{}, error(nil)
	if len(args) == 1 && args[0] == supervisor.WorkerArgument {
		how, err = server.RunWorker(context.Background(), stacks.Find, streams)
	} else {
		how, err = run(args, streams)
	}
	if err == nil && how.Signal != 0 {
		err = how.Die()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "targettest: %v\n", err)
		return 1
	}
	return how.Status
}

func run(args []string, streams server.Streams) (server.Ended, error) {
	cfg, stack, err := settings(args)
	if err != nil {
		return server.Ended{}, err
	}
	return server.Run(context.Background(), cfg, stack, streams)
}
