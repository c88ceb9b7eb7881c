package main

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/eventually"
)

// Whatever ends it, a real terminal has its settings and its screen back.
func TestWatchRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	target := start(t, "--log-format=off")
	for _, tt := range []struct {
		name string
		end  func(p *process, user *os.File) error
		code int
	}{
		{"q", func(_ *process, user *os.File) error { _, err := user.WriteString("q"); return err }, 0},
		{"Ctrl-C", func(_ *process, user *os.File) error { _, err := user.WriteString("\x03"); return err }, 0},
		{"SIGTERM", func(p *process, _ *os.File) error { return p.cmd.Process.Signal(syscall.SIGTERM) }, 0},
		{"SIGINT", func(p *process, _ *os.File) error { return p.cmd.Process.Signal(syscall.SIGINT) }, 0},
		{"SIGHUP", func(p *process, _ *os.File) error { return p.cmd.Process.Signal(syscall.SIGHUP) }, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			user, terminal := pty(t, os.O_RDWR)
			if err := unix.IoctlSetWinsize(int(user.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
				t.Fatal(err)
			}
			before, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
			if err != nil {
				t.Fatal(err)
			}
			seen := &output{}
			go func() {
				_, _ = user.WriteTo(seen)
			}()
			p := command(t, "watch", target.admin)
			p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = terminal, terminal, terminal
			p.cmd.Env = append(p.cmd.Env, "TERM=xterm-256color")
			p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := p.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(p.kill)
			eventually.True(t, "it draws", func() bool { return strings.Contains(seen.String(), "live") })
			during, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
			if err != nil || *during == *before {
				t.Errorf("the terminal is not raw (error %v)", err)
			}
			if err := tt.end(p, user); err != nil {
				t.Fatal(err)
			}
			_ = p.cmd.Wait()
			check.Equal(t, "exit status", p.cmd.ProcessState.ExitCode(), tt.code)
			after, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
			if err != nil {
				t.Fatal(err)
			}
			check.Equal(t, "settings", *after, *before)
			eventually.True(t, "the screen is back", func() bool {
				text := seen.String()
				return strings.LastIndex(text, "\x1b[?1049l") > strings.LastIndex(text, "\x1b[?1049h") && strings.LastIndex(text, "\x1b[?25h") > strings.LastIndex(text, "\x1b[?25l")
			})
		})
	}
}
