package watch

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/gdamore/tcell/v3/vt"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/eventually"
	"github.com/target-server/target-server/server/admin/live"
)

// tty is an emulated terminal that remembers what is written to it, and whether it is raw.
type tty struct {
	vt.MockTerm
	mu      sync.Mutex
	written bytes.Buffer
	raw     bool
}

func (t *tty) Write(b []byte) (int, error) {
	t.mu.Lock()
	t.written.Write(b)
	t.mu.Unlock()
	return t.MockTerm.Write(b)
}

func (t *tty) Start() error { t.set(true); return t.MockTerm.Start() }
func (t *tty) Stop() error  { t.set(false); return t.MockTerm.Stop() }

func (t *tty) set(raw bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.raw = raw
}

// restored fails unless the terminal is as it was before.
func (t *tty) restored(test *testing.T) {
	test.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	text := t.written.String()
	for _, pair := range [][2]string{{"\x1b[?1049h", "\x1b[?1049l"}, {"\x1b[?25l", "\x1b[?25h"}} {
		if !strings.Contains(text, pair[0]) || strings.LastIndex(text, pair[1]) < strings.LastIndex(text, pair[0]) {
			test.Errorf("%q is not followed by %q (alone: %s)", pair[0], pair[1], check.Alone(test))
		}
	}
	check.Equal(test, "raw", t.raw, false)
}

// row is what the terminal shows in a row.
func (t *tty) row(y int) string {
	var b strings.Builder
	for x := range 80 {
		b.WriteString(t.GetCell(vt.Coord{X: vt.Col(x), Y: vt.Row(y)}).C)
	}
	return strings.TrimRight(b.String(), " ")
}

// started is a session on an emulated terminal.
func started(t *testing.T, s *target) (*session, *tty, chan error) {
	t.Helper()
	t.Setenv("TERM", "xterm-256color")
	t.Setenv("LC_ALL", "C.UTF-8")
	terminal := &tty{MockTerm: vt.NewMockTerm(vt.MockOptSize{X: 80, Y: 24})}
	session := newSession(Options{Client: live.New("http://x", "", s), Screen: true})
	session.tty = terminal
	return session, terminal, make(chan error, 1)
}

func TestTerminal(t *testing.T) {
	server := &target{t: t}
	session, terminal, ended := started(t, server)
	go func() { ended <- session.run(t.Context()) }()
	shows := func(y int, text string) {
		t.Helper()
		eventually.True(t, fmt.Sprintf("row %d shows %q", y, text), func() bool { return strings.Contains(terminal.row(y), text) })
	}
	shows(0, "uvicorn 2023-03 threadpool fastapi  127.0.0.1:8080")
	shows(1, "running 2  waiting 1  limit 40")
	terminal.KeyTap(vt.KeyL)
	terminal.KeyTap(vt.Key7)
	shows(23, "limit: how many threads may each worker use? 7_")
	terminal.KeyTap(vt.KeyEnter)
	shows(23, "limit 7: done")
	terminal.KeyTap(vt.KeyL)
	terminal.KeyTap(vt.Key0)
	terminal.KeyTap(vt.KeyEnter)
	shows(23, "limit 0: value: too low")
	terminal.KeyTap(vt.KeyX)
	terminal.SetSize(vt.Coord{X: 60, Y: 10})
	shows(9, "? help  q quit")
	server.stop()
	shows(0, "reconnecting")
	server.begin()
	shows(0, "live")
	terminal.KeyTap(vt.KeyQ)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	check.Equal(t, "commands", fmt.Sprint(server.sent), "[PUT /limit?value=7 PUT /limit?value=0]")
	terminal.restored(t)
}

// Whatever ends a session, the terminal is as it was before.
func TestTerminalIsRestored(t *testing.T) {
	t.Run("error", func(t *testing.T) {
		session, terminal, ended := started(t, &target{t: t})
		go func() { ended <- session.run(t.Context()) }()
		eventually.True(t, "it draws", func() bool { return terminal.row(0) != "" })
		session.ended <- errors.New("panic: elsewhere")
		check.Equal(t, "error", fmt.Sprint(<-ended), "panic: elsewhere")
		terminal.restored(t)
	})
	t.Run("panic", func(t *testing.T) {
		session, terminal, ended := started(t, &target{t: t})
		session.draw = func(m *Model, v *View, width, height int) *Screen {
			if m.Missed == 0 && m.series.age() > 0 && len(terminal.row(0)) > 0 {
				panic("broken")
			}
			return Draw(m, v, width, height)
		}
		go func() {
			defer func() { ended <- fmt.Errorf("%v", recover()) }()
			_ = session.run(t.Context())
		}()
		check.Equal(t, "panic", fmt.Sprint(<-ended), "broken")
		terminal.restored(t)
	})
}

// Colours are those that the environment asks for.
func TestColours(t *testing.T) {
	for _, tt := range []struct {
		term, noColor string
		want, not     string
	}{
		{"xterm-256color", "", "\x1b[32m", "38;2"},
		{"linux", "", "\x1b[32m", "38;2"},
		{"screen", "", "\x1b[32m", "38;2"},
		{"xterm-256color", "1", "running", "[32m"},
		{"vt100", "", "running", "[32m"},
	} {
		t.Run(tt.term+tt.noColor, func(t *testing.T) {
			session, terminal, _ := started(t, &target{t: t})
			t.Setenv("TERM", tt.term)
			t.Setenv("NO_COLOR", tt.noColor)
			t.Setenv("COLORTERM", "")
			session.Frames = 2
			if err := session.run(t.Context()); err != nil {
				t.Error(err)
			}
			text := terminal.written.String()
			if !strings.Contains(text, tt.want) || strings.Contains(text, tt.not) {
				t.Errorf("want %q and no %q in %q", tt.want, tt.not, text)
			}
		})
	}
}

// A terminal without Unicode gets signs that it has.
func TestASCII(t *testing.T) {
	session, terminal, _ := started(t, &target{t: t})
	t.Setenv("LC_ALL", "C")
	session.Frames = 2
	if err := session.run(t.Context()); err != nil {
		t.Error(err)
	}
	text := terminal.written.String()
	if i := strings.IndexFunc(text, func(r rune) bool { return r > 126 }); i >= 0 || !strings.Contains(text, "===") {
		t.Errorf("not only ASCII, from %d on: %q", i, text)
	}
}
