//go:build !unix

package trace

import "os"

// lock does nothing where there is only one process.
func lock(*os.File) (unlock func(), err error) { return func() {}, nil }
