//go:build !unix

package supervisor

import (
	"errors"
	"fmt"
	"os"
)

var errNoWorkers = fmt.Errorf("several workers need a Unix system: %w", errors.ErrUnsupported)

// Reexec is not supported here: see the package's documentation.
func Reexec(*os.File, []byte) Spawner {
	return func(Place) (Process, error) { return nil, errNoWorkers }
}

// Inherit is not supported here: see the package's documentation.
func Inherit() (*Child, error) { return nil, errNoWorkers }
