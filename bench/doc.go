// Command bench measures the cost of target-server, compared with rivals that do the same: net/http
// with chi, fasthttp, and FastAPI on Uvicorn if it is installed. Its CPU time is also compared with a
// floor, a loop in C that only reads and writes: the share of the kernel, whichever server answers.
//
//	go run ./bench                  everything, in about ten minutes, from the root of the project
//	go run ./bench --only memory    one figure
//	go run ./bench --quick          small sizes, to check that it works
//
// Each figure has a file of its own. All servers have the same handler, and none writes a log unless
// the figure is read from it. Rivals take turns with target-server in one run: noise of the machine
// affects both, and the ratio of a pair says more than either number.
//
// It needs Linux, because it measures with /proc and the kernel's clocks.
package main
