package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/eventually"
)

// What Uvicorn printed on a terminal, the same at both vintages and with NO_COLOR: P is a process, A the address, C the
// client's port.
const (
	colouredLife = "\x1b[32mINFO\x1b[0m:     Started server process [\x1b[36mP\x1b[0m]\n" +
		"\x1b[32mINFO\x1b[0m:     Waiting for application startup.\n" +
		"\x1b[32mINFO\x1b[0m:     Application startup complete.\n" +
		"\x1b[32mINFO\x1b[0m:     Uvicorn running on \x1b[1mhttp://A\x1b[0m (Press CTRL+C to quit)\n"
	colouredWarning = "\x1b[33mWARNING\x1b[0m:  Invalid HTTP request received.\n"
	colouredEnd     = "\x1b[32mINFO\x1b[0m:     Shutting down\n" +
		"\x1b[32mINFO\x1b[0m:     Waiting for application shutdown.\n" +
		"\x1b[32mINFO\x1b[0m:     Application shutdown complete.\n" +
		"\x1b[32mINFO\x1b[0m:     Finished server process [\x1b[36mP\x1b[0m]\n"
	colouredAccess = "\x1b[32mINFO\x1b[0m:     127.0.0.1:C - \"\x1b[1mGET /nope HTTP/1.1\x1b[0m\" \x1b[31m404 Not Found\x1b[0m\n" +
		"\x1b[32mINFO\x1b[0m:     127.0.0.1:C - \"\x1b[1mGET /?x=1 HTTP/1.1\x1b[0m\" \x1b[31m422 Unprocessable Entity\x1b[0m\n"
)

var styles = regexp.MustCompile("\x1b\\[[0-9]+m")

func withoutStyles(text string) string { return styles.ReplaceAllString(text, "") }

// A terminal on stdout gives both streams Uvicorn's colours; a terminal on stderr alone gives none.
func TestColoursOnTerminal(t *testing.T) {
	t.Parallel()
	for _, vintage := range []string{"2023-03", "current"} {
		for _, tt := range []struct {
			name           string
			stdout, stderr bool // is a terminal
			server, access string
		}{
			{"both", true, true, "", colouredLife + colouredAccess + colouredWarning + colouredEnd},
			{"stdout", true, false, colouredLife + colouredWarning + colouredEnd, colouredAccess},
			{"stderr", false, true, withoutStyles(colouredLife + colouredWarning + colouredEnd), withoutStyles(colouredAccess)},
		} {
			t.Run(vintage+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				p := onTerminal(t, tt.stdout, tt.stderr, "--vintage="+vintage)
				playForColours(p)
				check.Equal(t, "stderr", p.normal(p.stderr), tt.server)
				check.Equal(t, "stdout", p.normal(p.stdout), tt.access)
			})
		}
	}
}

// The parent of several workers decides for itself, and its workers inherit the terminal.
func TestColoursOfParent(t *testing.T) {
	t.Parallel()
	p := onTerminal(t, true, true, "--workers=2")
	playForColours(p)
	got := p.normal(p.stdout)
	for want, times := range map[string]int{
		"\x1b[32mINFO\x1b[0m:     Started parent process [\x1b[36m\x1b[1mP\x1b[0m]\n":  1,
		"\x1b[32mINFO\x1b[0m:     Stopping parent process [\x1b[36m\x1b[1mP\x1b[0m]\n": 1,
		"\x1b[32mINFO\x1b[0m:     Started server process [\x1b[36mP\x1b[0m]\n":         2,
	} {
		check.Equal(t, fmt.Sprintf("how often %q", want), strings.Count(got, want), times)
	}
}

// onTerminal starts the program with terminals. What comes from a terminal is in stdout if that is one.
func onTerminal(t *testing.T, stdout, stderr bool, args ...string) *process {
	t.Helper()
	user, terminal := pty(t, os.O_RDWR)
	p := command(t, append(args, "--addr=127.0.0.1:0")...)
	p.cmd.Env = append(p.cmd.Env, "NO_COLOR=1")
	seen := p.stdout
	if !stdout {
		seen = p.stderr
	}
	if stdout {
		p.cmd.Stdout = terminal
	}
	if stderr {
		p.cmd.Stderr = terminal
	}
	go func() {
		_, _ = user.WriteTo(seen)
	}()
	p.launch()
	return p
}

// playForColours sends a request of each kind, and ends the program.
func playForColours(p *process) {
	p.t.Helper()
	for _, path := range []string{"/nope", "/?x=1"} {
		if _, err := p.get(p.t.Context(), path); err != nil {
			p.t.Fatal(err)
		}
	}
	eventually.True(p.t, "its access lines", func() bool { return strings.Contains(p.stdout.String(), "422") })
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.Copy(conn, strings.NewReader("\x01\r\n\r\n")); err != nil {
		p.t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		p.t.Fatal(err)
	}
	p.signal(syscall.SIGINT)
	p.end()
	eventually.True(p.t, "its last line", func() bool {
		all := p.stdout.String() + p.stderr.String()
		return strings.Count(all, "Finished server process") == max(1, len(p.pids)) && strings.HasSuffix(all, "\n")
	})
}

// normal is a stream with placeholders, without what a terminal adds.
func (p *process) normal(stream *output) string {
	text := strings.ReplaceAll(strings.ReplaceAll(stream.String(), "\r\n", "\n"), p.addr, "A")
	text = regexp.MustCompile(`(process \[(?:\x1b\[[0-9]+m)*)[0-9]+`).ReplaceAllString(text, "${1}P")
	return regexp.MustCompile(`(127\.0\.0\.1:)[0-9]+ -`).ReplaceAllString(text, "${1}C -")
}
