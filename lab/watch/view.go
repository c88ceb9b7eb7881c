package watch

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// View is what the user has chosen to see, and types.
type View struct {
	Worker int    // index
	Column int    // that the arrows scroll: 0 has the threads, 1 the queue
	Scroll [2]int // rows of each column that are above the first one shown
	Help   bool
	Asks   *Question // nil if nothing is asked
	Notice Notice
}

// Notice is what came of the last command.
type Notice struct {
	Text string
	Ink  Ink
}

// Question is asked in the last row.
type Question struct {
	Text    string
	Answer  string
	confirm bool
	command func(answer string) *Command
}

// Command is a request to the admin address.
type Command struct {
	Method, Target string
	Name           string // as it is shown
}

// Press changes the view for a key, and returns the command that it gives, if any. Keys are named as in keys; others are
// the character that they type.
func (v *View) Press(key string, m *Model, s *Screen) (command *Command, quit bool) {
	if key == "ctrl-c" {
		return nil, true
	}
	if v.Asks != nil {
		return v.answer(key), false
	}
	v.Notice = Notice{}
	if v.Help {
		v.Help = false
		return nil, false
	}
	if key == "q" {
		return nil, true
	}
	if v.move(key, m, s) {
		return nil, false
	}
	return v.control(key, m), false
}

// move scrolls or chooses, and reports whether the key does that.
func (v *View) move(key string, m *Model, s *Screen) bool {
	page := max(1, s.Body-1)
	switch key {
	case "up", "k":
		v.scroll(-1, s)
	case "down", "j":
		v.scroll(1, s)
	case "page up":
		v.scroll(-page, s)
	case "page down", " ":
		v.scroll(page, s)
	case "home", "g":
		v.scroll(-s.Rows[v.Column], s)
	case "end", "G":
		v.scroll(s.Rows[v.Column], s)
	case "tab":
		v.Column = 1 - v.Column
	case "left", "[":
		v.choose(v.Worker-1, m)
	case "right", "]":
		v.choose(v.Worker+1, m)
	case "?":
		v.Help = true
	default:
		if len(key) == 1 && key[0] >= '1' && key[0] <= '9' {
			v.choose(int(key[0]-'1'), m)
			return true
		}
		return false
	}
	return true
}

func (v *View) scroll(n int, s *Screen) {
	top := &v.Scroll[v.Column]
	*top = max(0, min(*top+n, s.Rows[v.Column]-s.Body))
}

// choose selects a worker.
func (v *View) choose(i int, m *Model) {
	if i >= 0 && i < m.workers() && i != v.Worker {
		v.Worker, v.Scroll = i, [2]int{}
	}
}

// control is the command of a key, or asks for what it needs.
func (v *View) control(key string, m *Model) *Command {
	post := func(name string) *Command { return &Command{http.MethodPost, "/" + name, name} }
	switch key {
	case "l":
		v.Asks = &Question{Text: "limit: how many threads may each worker use? ", command: value("limit")}
	case "s":
		v.Asks = &Question{Text: "sleep: how long do handlers sleep? ", command: value("sleep")}
	case "r":
		v.Asks = &Question{Text: "release: how many handlers of each worker? (empty: all, and end hold) ", command: release}
	case "R":
		v.Asks = &Question{Text: "reset every worker to its initial state? (y or n) ", confirm: true, command: func(string) *Command { return post("reset") }}
	case "h":
		return post("hold")
	case "p":
		if m.Frame != nil && m.sum().Paused {
			return post("resume")
		}
		return post("pause")
	}
	return nil
}

// value makes the command that sets something.
func value(name string) func(string) *Command {
	return func(answer string) *Command {
		if answer == "" {
			return nil
		}
		return &Command{http.MethodPut, "/" + name + "?value=" + url.QueryEscape(answer), name + " " + answer}
	}
}

func release(answer string) *Command {
	if answer == "" {
		return &Command{http.MethodPost, "/release", "release"}
	}
	return &Command{http.MethodPost, "/release?n=" + url.QueryEscape(answer), "release " + answer}
}

// answer takes a key while something is asked.
func (v *View) answer(key string) *Command {
	const longest = 64
	q := v.Asks
	switch {
	case key == "escape" || q.confirm && key != "y":
		v.Asks = nil
	case q.confirm || key == "enter":
		v.Asks = nil
		return q.command(strings.TrimSpace(q.Answer))
	case key == "backspace":
		_, size := utf8.DecodeLastRuneInString(q.Answer)
		q.Answer = q.Answer[:len(q.Answer)-size]
	case key == "ctrl-u":
		q.Answer = ""
	default:
		r, size := utf8.DecodeRuneInString(key)
		if size == len(key) && unicode.IsPrint(r) && len(q.Answer) < longest {
			q.Answer += key
		}
	}
	return nil
}
