package attack

import (
	"fmt"
	"strconv"
	"time"

	"github.com/target-server/target-server/server"
)

// operators generates the actors that use the admin address, send signals, and read the log.
func operators(d dice, r Round, s *server.Stack) []Actor {
	var all []Actor
	for i := range d.between(0, 4) {
		a := Actor{ID: fmt.Sprintf("a%d", i), At: d.upTo(playTime), To: Admin}
		for range d.between(1, 5) {
			a.Steps = append(a.Steps, asks(d)...)
		}
		all = append(all, a)
	}
	if d.chance(45) {
		for i := range d.between(1, 3) {
			a := Actor{ID: fmt.Sprintf("s%d", i), At: d.upTo(playTime), To: Processes, Steps: signals(d, r, s)}
			if f, err := fateOf(Round{Stack: r.Stack, Vintage: r.Vintage, Flags: r.Flags, Actors: []Actor{a}}); err == nil && f.ends {
				a.At = playTime/2 + a.At/2 // not before most others have started
			}
			all = append(all, a)
		}
	}
	if r.PipedLog && d.chance(50) {
		all = append(all, Actor{
			ID: "l0", At: d.upTo(playTime), To: Processes,
			Steps: []Step{{Kind: HoldLog, For: d.upTo(400 * time.Millisecond)}},
		})
	}
	return all
}

// asks is one command or query, followed by what reverses it.
func asks(d dice) []Step {
	ask := func(format string, args ...any) Step { return Step{Kind: Ask, Text: fmt.Sprintf(format, args...)} }
	pause := Step{Kind: Pause, For: d.upTo(150 * time.Millisecond)}
	switch d.IntN(12) {
	case 0, 1:
		return []Step{ask("PUT /limit?value=%d", one(d, 1, 1, 2, 3, 5, 8, 40)), pause}
	case 2:
		return []Step{ask("POST /pause"), pause, ask("POST /resume")}
	case 3:
		return []Step{ask("POST /hold"), pause, ask("POST /release?n=%d", d.between(1, 5)), pause, ask("POST /release")}
	case 4:
		return []Step{ask("POST /hold"), pause, ask("POST /release")}
	case 5:
		return []Step{ask("GET /wait?busy=%d&timeout=%dms", d.IntN(3), d.IntN(400))}
	case 6:
		return []Step{ask("GET /wait?waiting=%d&zombies=1&timeout=200ms", d.IntN(3))}
	case 7:
		return []Step{ask("GET /requests?last=%d", d.IntN(50)), pause}
	case 8:
		return []Step{ask("GET /metrics"), ask("GET /openapi.yaml")}
	case 9:
		if d.chance(40) {
			return []Step{ask("POST /reset"), pause}
		}
		return []Step{ask("POST /release?n=3")}
	case 10: // invalid ones
		return []Step{ask("%s", one(d, "PUT /limit?value=0", "POST /release?n=x", "GET /wait", "POST /stats", "GET /nowhere", "PUT /limit", "GET /requests?last=-1"))}
	default:
		return []Step{ask("GET /stats"), pause}
	}
}

// signals is the sequence of signals to one process.
func signals(d dice, r Round, s *server.Stack) []Step {
	workers, _ := strconv.Atoi(r.flag("workers")) // 1 by default
	to := 0
	if (workers > 1 || s.Supervised) && d.chance(60) {
		to = 1 + d.IntN(max(1, workers))
	}
	send := func(name string) Step { return Step{Kind: Signal, Text: name, Worker: to} }
	pause := Step{Kind: Pause, For: d.upTo(250 * time.Millisecond)}
	switch {
	case d.chance(50):
		return []Step{send("STOP"), pause, send("CONT")}
	case to > 0:
		return []Step{send(one(d, "KILL", "KILL", "KILL", "TERM", "INT", "QUIT", "HUP", "USR1", "USR2", "ABRT", "WINCH")), pause, send("CONT")}
	case d.chance(70): // those that are commands for a master; some of them end a server
		name := one(d, "HUP", "TTIN", "TTOU", "USR1", "USR2", "WINCH")
		if workers <= 1 && !s.Supervised {
			name = one(d, "TTIN", "TTOU", "WINCH", "HUP", "USR1")
		}
		return []Step{send(name), pause, send("CONT")}
	default:
		return []Step{send(one(d, "TERM", "TERM", "INT", "QUIT", "KILL", "KILL"))}
	}
}
