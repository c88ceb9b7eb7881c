package scenarios

import (
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// hardship shows a server that is short of something: descriptors, a reader of its log, CPU time.
func hardship() []Scenario {
	all := forLoops(outOfFiles)
	for _, mode := range []string{threadpool, awaiting} {
		all = append(all, logUnread(mode))
	}
	for _, mode := range []string{threadpool, asyncMisuse, awaiting} {
		all = append(all, stopped(mode))
	}
	return all
}

func outOfFiles(loop string) Scenario {
	const files, clients, sure = 64, 100, 40 // a server has about twenty files open before the first client
	return Scenario{
		Name:   "hardship-no-files",
		About:  "A hundred connections to a process that may open 64 files: what happens to the first and the last, and to new ones after some have left?",
		Server: servers.Config{Mode: threadpool, Sleep: 10 * ms, OpenFiles: files},
		Kernel: true,
		Play: func(s *Stage) {
			first := s.ConnectAll(1)
			first[0].Get("0") // Python opens files at its first request
			first[0].Await(1, patience)
			first = append(first, s.ConnectAll(sure)...)
			last := s.ConnectAll(clients - sure)[sure/2:]
			s.Pause(silence)
			s.Exact("the first, while there is no room", together(first, (*Client).Ending))
			s.Exact("the last", together(last, (*Client).Ending))
			if loop == asyncio { // the loop is busy with tracebacks from now on
				return
			}
			for _, c := range first[1:] {
				c.Get("1")
			}
			s.AwaitAll(first[1:], patience)
			s.Exact("answers to the first", tally(first))
			for _, c := range first {
				c.Leave()
			}
			s.Pause(silence)
			late := s.Connect()
			late.Get("2")
			late.Await(1, patience)
			s.Exact("answer to a newcomer when the first have left", late.Status(0))
		},
	}
}

// together returns what all clients show, or what each shows if they differ.
func together(clients []*Client, show func(*Client) string) string {
	var shown []string
	same := true
	for _, c := range clients {
		shown = append(shown, show(c))
		same = same && shown[len(shown)-1] == shown[0]
	}
	if same {
		return fmt.Sprintf("%d × %s", len(shown), shown[0])
	}
	return strings.Join(shown, " ")
}

func logUnread(mode string) Scenario {
	const most = 500
	return Scenario{
		Name:   "hardship-log-unread-" + mode,
		About:  "The log is no longer read: how many requests are answered until the pipe is full, what is still answered then, and is anything lost?",
		Server: servers.Config{Mode: mode, Sleep: time.Millisecond},
		Kernel: true,
		Play: func(s *Stage) {
			s.venue.HoldLog(true)
			var stuck *Client
			answered := 0
			for i := range most {
				c := s.Connect()
				c.Get(fmt.Sprint(1000 + i))
				c.Await(1, time.Second)
				if len(c.Answers()) == 0 {
					stuck = c
					break
				}
				answered++
				c.Leave()
			}
			s.Share("answered until the log is full", 0.03, answered, most)
			if stuck == nil {
				return
			}
			other := s.Connect()
			other.GetPath("/nowhere")
			other.Settle()
			s.Exact("something else then", other.Status(0))
			s.venue.HoldLog(false)
			s.AwaitAll([]*Client{stuck, other}, patience)
			s.Exact("answers when it is read again", stuck.Status(0)+" "+other.Status(0))
			s.Pause(silence)
			lines := 0
			for _, line := range s.Log(driver.Stdout) {
				if strings.Contains(line, " 200 OK") {
					lines++
				}
			}
			s.Exact("access lines lacking", answered+1-lines)
		},
	}
}

func stopped(mode string) Scenario {
	return Scenario{
		Name:   "hardship-stopped-" + mode,
		About:  "SIGSTOP with requests running and queued, one more request meanwhile, then SIGCONT: when is each answered?",
		Server: servers.Config{Mode: mode, Limit: 2, Sleep: 400 * ms},
		Kernel: true,
		Alone:  true,
		Play: func(s *Stage) {
			clients := s.Burst(3, 50*ms)
			s.Until(200 * ms)
			s.Signal(syscall.SIGSTOP)
			s.Until(300 * ms)
			late := s.Connect()
			late.Get("late")
			s.Until(time.Second)
			s.Signal(syscall.SIGCONT)
			clients = append(clients, late)
			s.AwaitAll(clients, patience)
			for i, c := range clients {
				s.Near(fmt.Sprintf("answer %d at", i+1), 120*ms, c.AnsweredAt(0))
			}
			s.Exact("answers", tally(clients))
		},
	}
}
