//go:build !linux

package supervisor

import "context"

// run does nothing where there are no containers.
func (r *Reaper) run(context.Context) {}
