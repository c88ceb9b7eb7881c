package server

import (
	"fmt"
	"io"
	"os"

	"github.com/target-server/target-server/config"
)

// exitWithParent has this process end at once when standard input does, with
// status 0 and without a ready file left; its workers are killed then, as when any
// parent of theirs is. It refuses an input that has ended already or never would
// because of whoever has started the process.
func exitWithParent(cfg config.Config, streams Streams) error {
	if !cfg.ExitWithParent {
		return nil
	}
	if file, ok := streams.Stdin.(*os.File); ok {
		if what := unfit(file); what != "" {
			return fmt.Errorf("exit with parent (--exit-with-parent): standard input is %s; accepted: a pipe, a socket or a terminal, which whoever starts it keeps open", what)
		}
	}
	go func() {
		_, _ = io.Copy(io.Discard, streams.Stdin) // a failure is an end as well
		if cfg.ReadyFile != "" {
			_ = os.Remove(cfg.ReadyFile)
		}
		os.Exit(0)
	}()
	return nil
}

// unfit names an input whose end says nothing of a parent, or is empty.
func unfit(file *os.File) string {
	info, err := file.Stat()
	if err != nil {
		return "closed"
	}
	if null, err := os.Stat(os.DevNull); err == nil && os.SameFile(info, null) {
		return os.DevNull
	}
	if info.Mode().IsRegular() {
		return "a file"
	}
	return ""
}
