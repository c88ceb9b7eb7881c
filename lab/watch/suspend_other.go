//go:build !unix

package watch

import "github.com/gdamore/tcell/v3"

// suspend does nothing: there are no jobs to control.
func suspend(tcell.Screen) {}
