package supervisor

import "os"

// ExitCode is that of a process that has ended, or minus the signal that ended it.
func ExitCode(state *os.ProcessState, err error) int { return exitCode(state, err) }
