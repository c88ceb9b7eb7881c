package servertest

import "fmt"

// Example is the T of an example function: it prints what goes wrong, where the output that is expected shows it.
// Nothing ends the world of an example, so close it if that matters.
type Example struct{}

// Helper does nothing.
func (Example) Helper() {}

// Name is empty: an example is run alone by its own.
func (Example) Name() string { return "" }

// Error prints.
func (Example) Error(args ...any) { fmt.Println(args...) }

// Errorf prints.
func (Example) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// Cleanup does nothing.
func (Example) Cleanup(func()) {}
