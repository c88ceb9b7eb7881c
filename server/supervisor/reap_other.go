//go:build !linux

package supervisor

import "context"

// run does nothing: there are no containers here.
func (r *Reaper) run(context.Context) {}
