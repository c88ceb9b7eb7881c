//go:build unix

package watch

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gdamore/tcell/v3"
)

// suspend gives the terminal back to the shell, as Ctrl-Z does, until the shell continues this process.
func suspend(t tcell.Screen) {
	if t.Suspend() != nil {
		return
	}
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	const own = 0 // the process group: a script that has started this process stops, too
	_ = syscall.Kill(own, syscall.SIGTSTP)
	select {
	case <-continued:
	case <-time.After(time.Second): // there is no shell that could stop it
	}
	_ = t.Resume()
}
