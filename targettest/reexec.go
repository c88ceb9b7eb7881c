package targettest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/target-server/target-server/program"
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
		how, err = run(args, reports, streams)
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

func run(args []string, folder string, streams server.Streams) (server.Ended, error) {
	p, err := readProgram(folder)
	if err != nil {
		return server.Ended{}, err
	}
	cfg, stack, err := settings(args, p)
	if err != nil {
		return server.Ended{}, err
	}
	return server.Run(context.Background(), cfg, stack, streams)
}

// programFile is where the test's process leaves the program of the option [Program], in the folder for reports. It
// contains the durations that the program has read from files.
const programFile = "served-program"

func writeProgram(folder string, p *program.Program) error {
	if p == nil {
		return nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, programFile), text, 0o600)
}

// readProgram returns the program that the test's process left, or nil.
func readProgram(folder string) (*program.Program, error) {
	text, err := os.ReadFile(filepath.Join(folder, programFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	p := &program.Program{}
	return p, json.Unmarshal(text, p)
}
