package watch

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/gdamore/tcell/v3"
	"github.com/gdamore/tcell/v3/color"

	"github.com/target-server/target-server/server/admin/live"
)

// noticed is how long it is shown what came of a command.
const noticed = 5 * time.Second

// terminal draws on a terminal until the user quits, and returns what ended the session. The terminal is as before
// afterwards, even if drawing panics.
func (s *session) terminal(ctx context.Context, first live.Event) (err error) {
	// Nothing that the terminal could tell about itself is needed, and one at the far end of a slow line may answer late.
	asks := tcell.OptNegotiation(runtime.GOOS == "windows")
	t, err := tcell.NewTerminfoScreenFromTty(s.tty, asks, tcell.OptSanitizeContent(true))
	if err == nil {
		err = t.Init()
	}
	if err != nil {
		return fmt.Errorf("the terminal cannot be used: %w; --plain prints lines instead", err)
	}
	defer t.Fini()
	for sign, instead := range ascii() {
		t.RegisterRuneFallback(sign, string(instead))
	}
	v := &View{}
	styles := styles()
	s.model.Add(first)
	again := time.NewTicker(time.Second) // the durations grow while no frame comes
	defer again.Stop()
	read := time.NewTimer(noticed)
	defer read.Stop()
	for frames := 1; ; {
		width, height := t.Size()
		screen := s.draw(&s.model, v, width, height)
		show(t, screen, &styles)
		if s.Frames > 0 && frames >= s.Frames {
			return nil
		}
		select {
		case e := <-s.events:
			s.model.Add(e)
			if e.Frame != nil {
				frames++
			}
		case err := <-s.ended:
			return err
		case v.Notice = <-s.notices:
			read.Reset(noticed)
		case <-read.C:
			v.Notice = Notice{}
		case event := <-t.EventQ():
			switch e := event.(type) {
			case nil, *tcell.EventError:
				return nil // the terminal has gone
			case *tcell.EventResize:
				t.Sync()
			case *tcell.EventKey:
				if s.press(ctx, t, v, e, screen) {
					return nil
				}
			}
		case <-again.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// press takes a key, and reports whether it ends the session.
func (s *session) press(ctx context.Context, t tcell.Screen, v *View, e *tcell.EventKey, screen *Screen) (quit bool) {
	key := keyName(e)
	switch key {
	case "ctrl-z":
		suspend(t)
		return false
	case "ctrl-l":
		t.Sync()
		return false
	}
	command, quit := v.Press(key, &s.model, screen)
	if command != nil {
		v.Notice = Notice{command.Name + " …", Muted}
		go s.send(ctx, command)
	}
	return quit
}

// send sends a command and reports what came of it.
func (s *session) send(ctx context.Context, c *Command) {
	n := Notice{c.Name + ": done", Good}
	if err := s.Client.Send(ctx, c.Method, c.Target); err != nil {
		n = Notice{c.Name + ": " + err.Error(), Bad}
	}
	select {
	case s.notices <- n:
	case <-ctx.Done():
	}
}

// keyName is a key as View.Press names it.
func keyName(e *tcell.EventKey) string {
	switch e.Key() {
	case tcell.KeyRune:
		return e.Str()
	case tcell.KeyUp:
		return "up"
	case tcell.KeyDown:
		return "down"
	case tcell.KeyLeft:
		return "left"
	case tcell.KeyRight:
		return "right"
	case tcell.KeyPgUp:
		return "page up"
	case tcell.KeyPgDn:
		return "page down"
	case tcell.KeyHome:
		return "home"
	case tcell.KeyEnd:
		return "end"
	case tcell.KeyTab, tcell.KeyBacktab:
		return "tab"
	case tcell.KeyEnter:
		return "enter"
	case tcell.KeyEscape:
		return "escape"
	case tcell.KeyBackspace:
		return "backspace"
	case tcell.KeyCtrlC:
		return "ctrl-c"
	case tcell.KeyCtrlL:
		return "ctrl-l"
	case tcell.KeyCtrlU:
		return "ctrl-u"
	case tcell.KeyCtrlZ:
		return "ctrl-z"
	default:
		return ""
	}
}

// show copies a screen to the terminal, which sends what has changed.
func show(t tcell.Screen, s *Screen, styles *[Chosen + 1]tcell.Style) {
	for y := range s.Height {
		for x := 0; x < s.Width; x++ {
			c := s.At(x, y)
			text := c.Text
			if text == "" {
				text = " "
			}
			_, width := t.Put(x, y, text, styles[c.Ink])
			x += max(0, width-1)
		}
	}
	t.Show()
}

// styles are the inks in the eight colours that every terminal's own theme has chosen for its background, light or dark.
func styles() [Chosen + 1]tcell.Style {
	const red, green, yellow, magenta, cyan, white = 1, 2, 3, 5, 6, 7
	ink := func(n int) tcell.Style { return tcell.StyleDefault.Foreground(color.PaletteColor(n)) }
	return [...]tcell.Style{
		Plain:   tcell.StyleDefault,
		Muted:   tcell.StyleDefault.Dim(true),
		Strong:  tcell.StyleDefault.Bold(true),
		Running: ink(green),
		Ended:   ink(cyan),
		Waiting: ink(yellow),
		Blocked: ink(red),
		Alarm:   ink(white).Background(color.PaletteColor(red)).Bold(true),
		Stopped: ink(yellow).Bold(true),
		Left:    ink(magenta),
		Good:    ink(green).Bold(true),
		Bad:     ink(red).Bold(true),
		Chosen:  tcell.StyleDefault.Reverse(true),
	}
}

// ascii is what a terminal without Unicode shows.
func ascii() map[rune]rune {
	return map[rune]rune{
		'▁': '_', '▂': '.', '▃': '.', '▄': ':', '▅': ':', '▆': '|', '▇': '|', '█': '#', '▐': '#', '▒': '%', '━': '=', '╍': '~', '╌': '~', '─': '-', '├': '[',
		'│': '|', '•': '*', '·': '.', '…': '.', '–': '-', '↑': '^', '↕': '$', '↓': 'v', '←': '<', '→': '>', '\ufffd': '?',
	}
}
