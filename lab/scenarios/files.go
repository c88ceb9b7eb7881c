package scenarios

import (
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// complaints are the lines of the log that contain a text, with as many after each.
func (s *Stage) complaints(text string, more int) [][]string {
	var all [][]string
	lines := s.Log(driver.Stderr)
	for i, line := range lines {
		if strings.Contains(line, text) {
			all = append(all, lines[i:min(i+1+more, len(lines))])
		}
	}
	return all
}

// outOfFilesThreads shows a server with threads that may open no more files, and then may again. says is what it logs
// when accept fails, and lines are how many lines that has; they are stated if it has no traceback of Python's.
func outOfFilesThreads(about string, config servers.Config, says string, lines int, state func(s *Stage, complaints [][]string)) Scenario {
	const clients, sure = 100, 40
	return Scenario{
		Name:   "hardship-no-files",
		About:  about,
		Server: config,
		Kernel: true,
		Alone:  true,
		Play: func(s *Stage) {
			first := s.ConnectAll(1)
			first[0].Get("0") // which opens files
			first[0].Await(1, patience)
			first = append(first, s.ConnectAll(sure)...)
			last := s.ConnectAll(clients - sure)[(clients-sure)/2+10:]
			s.Pause(1100 * ms)
			state(s, s.complaints(says, lines))
			for _, c := range last {
				c.Get("1")
			}
			s.Pause(silence)
			s.Exact("answers to the last", tally(last))
			for _, c := range first {
				c.Leave()
			}
			s.AwaitAll(last, patience)
			s.Exact("answers to the last when the first have left", tally(last))
			for _, c := range last {
				c.Leave()
			}
			late := s.Connect()
			late.Get("2")
			late.Await(1, patience)
			s.Exact("answer to a newcomer", late.Status(0))
		},
	}
}

const aboutFiles = "A hundred connections to a process that may not open as many files: what does it say, " +
	"and who is answered before and after some have left?"

// waitressOutOfFiles is short: waitress logs a megabyte a second.
func waitressOutOfFiles() Scenario {
	const says = "WARNING:waitress:server accept() threw an exception"
	return Scenario{
		Name:   "hardship-no-files",
		About:  "Eighty connections to a process that may open 64 files: what does it say, and is the last one answered when others leave?",
		Server: servers.Config{Mode: threadpool, Sleep: 10 * ms, OpenFiles: 64},
		Kernel: true,
		Play: func(s *Stage) {
			clients := s.ConnectAll(80)
			s.Pause(200 * ms)
			for _, c := range clients[:60] {
				c.Leave()
			}
			s.Pause(100 * ms)
			clients[79].Get("1")
			clients[79].Await(1, patience)
			s.Exact("the last gets", clients[79].Status(0))
			warnings, exceptions := 0, 0
			for _, line := range s.venue.Lines() {
				switch line.Text {
				case says:
					warnings++
				case "OSError: [Errno 24] Too many open files":
					exceptions++
				}
			}
			s.Exact("it warns again and again", warnings > 10)
			s.Exact("of an exception", exceptions > 10)
		},
	}
}

func flaskOutOfFiles() Scenario {
	return outOfFilesThreads(aboutFiles, servers.Config{Mode: threadpool, Sleep: 10 * ms, OpenFiles: 64}, "accept", 0,
		func(s *Stage, complaints [][]string) { s.Exact("complaints", len(complaints)) })
}

func tomcatOutOfFiles() Scenario {
	config := onTomcat(10*ms, 0)
	config.OpenFiles = 80
	return outOfFilesThreads(aboutFiles, config, "Socket accept failed", 9, func(s *Stage, complaints [][]string) {
		s.Exact("complaints", len(complaints))
		if len(complaints) > 0 {
			s.Lines("the first", complaints[0][:9])
		}
	})
}

// gthreadOutOfFiles: idle connections use up the files, and silent ones occupy the threads.
func gthreadOutOfFiles() Scenario {
	return Scenario{
		Name:   "hardship-no-files",
		About:  "A worker that may open 64 files has as many connections: how does it end, what do its clients get, and who serves the next?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 10 * ms, KeepAlive: 20 * time.Second, OpenFiles: 64},
		Parent: true,
		Kernel: true,
		Play: func(s *Stage) {
			s.awaitWorker()
			kept := make([]*Client, 30)
			for i := range kept {
				kept[i] = s.keptConnection()
			}
			running := s.ConnectAll(60)
			s.Pause(500 * ms)
			s.Lines("it says", s.failure("Exception in worker process"))
			for _, c := range running {
				c.Leave()
			}
			s.AwaitLog("Booting worker", 2, patience)
			s.awaitWorker()
			kept[0].AwaitEnd(patience)
			s.Exact("idle", together(kept, (*Client).Ending))
			late := s.Connect()
			late.Get("late")
			late.Await(1, patience)
			s.Exact("a newcomer gets", late.Status(0))
			s.Exact("workers that left with a line", len(s.complaints("Worker exiting", 0)))
			s.Exact("their ends, as the master says", len(s.complaints("exited with code", 0)))
		},
	}
}

// failure is the first line of the log with that text, and what it says of the exception.
func (s *Stage) failure(text string) []string {
	var all []string
	for _, line := range s.Log(driver.Stderr) {
		switch {
		case len(all) == 0 && strings.Contains(line, text):
			all = append(all, line)
		case len(all) > 0 && strings.Contains(line, "Errno"):
			all = append(all, line)
		}
	}
	return all
}
