//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// throughShell has a shell start the program, with the given redirections after its arguments.
func (p *process) throughShell(t *testing.T, how string) {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Args = append([]string{"sh", "-c", `exec "$0" "$@" ` + how}, p.cmd.Args...)
	p.cmd.Path = shell
}

// A server that is started without standard streams works normally, and no socket gets their
// descriptors.
func TestClosedStreams(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"--log-format=json", "--vintage=current --workers=2", "--stack=gunicorn-sync", "--stack=flask", "--stack=hypercorn --log-format=console"} {
		for _, how := range []string{"<&-", ">&-", "2>&-", "<&- >&- 2>&-"} {
			t.Run(args+" "+how, func(t *testing.T) {
				p := command(t, append(strings.Fields(args), "--sleep=0s", "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0")...)
				p.throughShell(t, how)
				p.launch()
				if text, err := p.get(t.Context(), "/?id=1"); err != nil || !strings.HasPrefix(text, "200 ") || !strings.Contains(text, "hello") {
					t.Errorf("got %q, %v", text, err)
				}
				for _, pid := range append(p.pids, p.cmd.Process.Pid) {
					for fd := range 3 {
						to, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", pid, fd))
						if err != nil || strings.HasPrefix(to, "socket:") {
							t.Errorf("descriptor %d of process %d is %q, %v", fd, pid, to, err)
						}
					}
				}
				p.signal(unix.SIGTERM)
				p.end()
			})
		}
	}
}

// A stream that is not read stalls the server in every format that writes to it. Once it is read, all
// clients are answered, no line is missing, and SIGTERM ends the server.
func TestUnreadStreams(t *testing.T) {
	t.Parallel()
	const clients = 150 // their lines are more than the pipe holds
	for _, c := range []struct {
		args   string
		stderr bool
		line   string // one per request
	}{
		{"--log-format=json", false, `"outcome":"answered"`},
		{"--log-format=console", false, "outcome=answered"},
		{"--access-log-format=json", false, `"status":200`},
		{"--stack=flask", true, `" 200 -`},
		{"--stack=waitress", false, "done request"},
		{"--stack=tomcat", false, "done request"},
		{"--stack=hypercorn", false, `" 200 `},
		{"--stack=gunicorn-gthread --limit=8", false, `" 200 `},
	} {
		t.Run(c.args, func(t *testing.T) {
			p := command(t, append(strings.Fields(c.args), "--addr=127.0.0.1:0", "--sleep=0s", "--admin-addr=127.0.0.1:0")...)
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			if _, err := unix.FcntlInt(write.Fd(), unix.F_SETPIPE_SZ, os.Getpagesize()); err != nil {
				t.Fatal(err)
			}
			if p.cmd.Stdout = write; c.stderr {
				p.cmd.Stdout, p.cmd.Stderr = p.stdout, write
			}
			p.launch()
			_ = write.Close()
			answered := make(chan error, clients)
			for i := range clients {
				go func() {
					text, err := p.get(t.Context(), fmt.Sprintf("/?id=%d-%s", i, strings.Repeat("i", 100)))
					if err == nil && !strings.HasPrefix(text, "200 ") {
						err = fmt.Errorf("got %q", text)
					}
					answered <- err
				}()
			}
			same, before := 0, 0
			p.until("the pipe takes no more", func() bool {
				now, err := unix.IoctlGetInt(int(read.Fd()), unix.TIOCINQ)
				if same++; err != nil || now == 0 || now != before {
					same, before = 0, now
				}
				return same == 50
			})
			if len(answered) == clients {
				t.Error("all are answered, with nobody reading")
			}
			lines := make(chan int)
			go func() {
				text, _ := io.ReadAll(read)
				lines <- strings.Count(string(text), c.line)
			}()
			for range clients {
				if err := <-answered; err != nil {
					t.Fatal(err)
				}
			}
			p.signal(unix.SIGTERM)
			if got := <-lines; got != clients {
				t.Errorf("lines: got %d, want %d", got, clients)
			}
			p.end()
		})
	}
}
