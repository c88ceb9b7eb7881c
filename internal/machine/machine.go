// Package machine says where something was measured, for a page or a table that shows figures:
//
//	machine.Here().String() // 2 cores, Linux 6.18.44, amd64, Go 1.26.8
package machine

import (
	"fmt"
	"runtime"
	"strings"
)

// Machine is what a figure depends on besides the program.
type Machine struct {
	Cores  int    `json:"cores"`
	System string `json:"system"` // the kernel and its version, and the processor's architecture
	Go     string `json:"go"`
}

// Here is the machine that this program runs on.
func Here() Machine {
	return Machine{
		Cores:  runtime.NumCPU(),
		System: kernel() + ", " + runtime.GOARCH,
		Go:     strings.Replace(runtime.Version(), "go", "Go ", 1),
	}
}

func (m Machine) String() string { return fmt.Sprintf("%d cores, %s, %s", m.Cores, m.System, m.Go) }
