package boundaries

import (
	"time"

	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/stacks"
)

// Server is a server that plays sequences.
type Server struct {
	Name   string
	Config servers.Config
	// Serial: it is sent one connection at a time, because it serves one at a time, or because some sequences end it.
	Serial bool
}

// threads is how many threads gunicorn's gthread has, where a connection that sends nothing occupies one.
const threads = 256

// Servers lists them: each stack in its usual mode, and Uvicorn with either parser. A request takes a few milliseconds.
func Servers() []Server {
	var all []Server
	for _, stack := range servers.Stacks() {
		s := Server{Name: stack, Config: servers.Config{Stack: stack, Mode: UsualMode(stack), Sleep: 20 * time.Millisecond}}
		switch stack {
		case servers.Uvicorn:
			other := s
			other.Name, other.Config.HTTP = "uvicorn-h11", "h11"
			all = append(all, other)
		case "gunicorn-gthread":
			s.Config.Limit = threads
		case "gunicorn-sync", "flask-single", "hypercorn-trio":
			s.Serial = true
		}
		all = append(all, s)
	}
	return all
}

// UsualMode is the default mode of a stack.
func UsualMode(stack string) string {
	for _, row := range stacks.Defaults() {
		if row.Values.Stack == stack {
			return row.Values.Mode
		}
	}
	return ""
}
