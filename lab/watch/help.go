package watch

// keyHelp is a key and what it does.
type keyHelp struct {
	key, does string
	short     string // for the last row; empty if it is only in the help
}

// keys are all keys.
func keys() []keyHelp {
	return []keyHelp{
		{"?", "show or leave this help", "help"},
		{"q", "quit", "quit"},
		{"l", "limit: change the number of threads of every worker", "limit"},
		{"s", "sleep: change how long handlers sleep", "sleep"},
		{"p", "pause every worker, as SIGSTOP does, or resume", "pause"},
		{"h", "hold: handlers run until they are released", "hold"},
		{"r", "release: let held handlers end, all or some", "release"},
		{"R", "reset to the initial state, after a question", "reset"},
		{"Tab", "choose the column that the arrows scroll; ↕ says that there is more", "column"},
		{"↑ ↓ k j", "scroll by a row; PgUp, PgDn by a page; Home, End", ""},
		{"← → 1-9", "choose the worker", ""},
	}
}

// help shows all keys, and what the signs mean.
func help(s *Screen) {
	y := 2
	for _, k := range keys() {
		s.row(y).skip(2).column(Strong, k.key, 8).skip(1).put(Plain, k.does)
		y++
	}
	y++
	for _, sign := range []struct {
		ink        Ink
		sign, text string
	}{
		{Running, "━━━", "runs"},
		{Ended, "├── •", "has ended"},
		{Left, "╍╍╍ ├╌╌", "runs, or has run, for a client that has left"},
		{Blocked, "███", "the loop is blocked: nothing is accepted, read, answered or closed"},
		{Stopped, "▒▒▒", "the loop is paused"},
		{Muted, "3rd", "in the queue: came third of those that wait"},
	} {
		if y >= s.Height-1 {
			return
		}
		s.row(y).skip(2).column(sign.ink, sign.sign, 8).skip(1).put(Plain, sign.text)
		y++
	}
}
