// Command bench measures what target-server costs, beside rivals that do the
// same: net/http with chi, fasthttp, and FastAPI on Uvicorn where it is installed.
// Its processor time is also compared with a floor, a loop in C that only reads
// and writes: what the kernel takes for a request, whichever server answers it.
//
//	go run ./bench                  everything, in some minutes, from the root of the project
//	go run ./bench --only memory    one figure
//	go run ./bench --quick          small sizes: does it still work?
//
// Each figure is a file of its own. All servers have the same handler, and none
// writes a log unless the figure is read from it. Rivals take turns with
// target-server in one run: a noisy machine is noisy for both, and the ratio of
// a pair says more than either number.
//
// It needs Linux: /proc and the kernel's clocks are what it measures with.
package main
