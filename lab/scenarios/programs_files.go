package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/facts"
)

// programFiles shows files of routes, and folders.
func programFiles() []Scenario {
	all := slices.Concat(programFilesBytes(), programFolders(), programFilesPool(), programFoldersPool())
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, programFilesLeft(how)...)
	}
	return all
}

// programFilesBytes shows every byte of a file.
func programFilesBytes() []Scenario {
	return []Scenario{
		{
			Name:   "program-files",
			About:  "Files of one byte up to five parts, with a type, a status, headers, a dependency and a task: head, length, log.",
			Server: playing("folders", 0), Core: true,
			Play: func(s *Stage) {
				s.files(gets("/one", "/less", "/part", "/more", "/logo", "/told", "/created"))
				s.files(asks("HEAD /logo", "HEAD /one", "POST /logo"))
			},
		},
		{
			Name:   "program-files-ranges",
			About:  "Parts of a file are asked for: one, several, none that it has, and what is no range.",
			Server: playing("folders", 0),
			Play: func(s *Stage) {
				for _, ranges := range []string{
					"bytes=0-0", "bytes=-5", "bytes=65536-", "bytes=10-131081", "bytes=0-0,-1", "bytes=5-9,0-1,100-70000",
					"bytes=0-4,3-8", "bytes=400000-", "bytes=-0", "bytes=5-2", "bytes=x", "items=0-1", "bytes",
				} {
					s.files(asks("GET /logo", "Range: "+ranges))
				}
				s.files(asks("HEAD /logo", "Range: bytes=0-0,-1"))
				s.files(asks("GET /created", "Range: bytes=0-1"))
				s.files(asks("GET /static/page.html", "Range: bytes=0-1,3-4"))
				s.files(asks("GET /static/empty", "Range: bytes=0-1"))
				const date = "Sun, 01 Jan 2023 00:00:00 GMT"
				s.files(asks("GET /logo", "Range: bytes=0-1", "If-Range: "+date))
				s.files(asks("GET /logo", "Range: bytes=0-1", `If-Range: "x"`))
			},
		},
	}
}

// programFolders shows the bytes of folders that are mounted.
func programFolders() []Scenario {
	return []Scenario{
		{
			Name:   "program-folders",
			About:  "A folder's files, what it has not, other methods, and paths that leave it: every byte and line.",
			Server: playing("folders", 0), Core: true,
			Play: func(s *Stage) {
				s.files(gets("/static/a.txt", "/static/page.html", "/static/empty", "/static/img/logo.png", "/other/b.css",
					"/static/none", "/static", "/static/", "/static/img", "/static/a.txt/", "/static//a.txt?q=1", "/static/a%2etxt",
					"/static/../static_1/a.txt", "/static/..%2fstatic_2/b.css", "/static/../../etc/passwd", "/static/img/../a.txt",
					"/static/a.txt%0A", "/static/a%0A", "/static/a.txt%00", "/staticx", "/other", "/static/%5Ca.txt", "/STATIC/a.txt"))
				s.files(asks("HEAD /static/a.txt", "HEAD /static/none", "HEAD /static", "POST /static/a.txt", "OPTIONS /static/none",
					"DELETE /static"))
			},
		},
		{
			Name:   "program-folders-conditions",
			About:  "A client that has a file of a folder already asks for it again.",
			Server: playing("folders", 0),
			Play: func(s *Stage) {
				const bare = "152b2a250e4b6f9595b7ade1d4a8ba8a" // of a.txt
				for _, tag := range []string{bare, `"` + bare + `"`, `W/"` + bare + `"`, `"x", "` + bare + `"`, "*", `"x"`} {
					s.files(asks("GET /static/a.txt", "If-None-Match: "+tag))
				}
				for _, date := range []string{
					"Sun, 01 Jan 2023 00:00:00 GMT", "Sat, 31 Dec 2022 23:59:59 GMT", "Sunday, 01-Jan-23 00:00:00 GMT",
					"Sun Jan  1 00:00:00 2023", "yesterday",
				} {
					s.files(asks("GET /static/a.txt", "If-Modified-Since: "+date))
				}
				s.files(asks("HEAD /static/a.txt", `If-None-Match: "`+bare+`"`))
				s.files(asks("GET /static/a.txt", `If-None-Match: "x"`, "If-Modified-Since: Sun, 01 Jan 2023 00:00:00 GMT"))
				s.files(asks("GET /one", "If-Modified-Since: Sun, 01 Jan 2023 00:00:00 GMT"))
			},
		},
	}
}

// programFilesPool shows files while other requests have the threads.
func programFilesPool() []Scenario {
	return []Scenario{
		{
			Name:   "program-files-pool",
			About:  "One thread, for which another request always waits: when come the head of a file, and its parts?",
			Server: playing("folders", 1), Core: true,
			Play: func(s *Stage) {
				file := s.amongHolds("/more")
				s.Near("bytes come at", 150*ms, file.cameAt()...)
				s.Exact("lengths", fmt.Sprint(file.lengths()))
			},
		},
		{
			Name:   "program-files-pool-whole",
			About:  "The same for a file of exactly one part, and a request behind it: is there another trip for the file's end?",
			Server: playing("folders", 1),
			Play: func(s *Stage) {
				file := s.amongHolds("/part", "/plain")
				s.Near("bytes come at", 150*ms, file.cameAt()...)
			},
		},
		{
			Name:   "program-files-pool-close",
			About:  "One thread, for which another request always waits: when does the task run that follows a file, and when does a dependency exit?",
			Server: playing("folders", 1),
			Play: func(s *Stage) {
				file := s.amongHolds("/told")
				s.AwaitSaid("exits", 1, patience)
				s.Near("bytes come at", 150*ms, file.cameAt()...)
				s.Near("lines at", 150*ms, s.SaidAt("enters", "handler", "task", "exits")...)
			},
		},
	}
}

// programFoldersPool shows folders while other requests have the threads.
func programFoldersPool() []Scenario {
	return []Scenario{
		{
			Name:   "program-folders-pool",
			About:  "One thread, taken: which answers of a folder wait for it, and for how many others?",
			Server: playing("folders", 1), Core: true,
			Play: func(s *Stage) {
				clients := s.BurstOf(20*ms, "/hold", "/static/none", "/static", "/plain", "/static/a.txt", "/nowhere", "/hold", "/static/none")
				s.AwaitAll(clients, patience)
				s.Near("answered at", 150*ms, answeredAt(clients)...)
				s.Lines("statuses", statuses(clients))
			},
		},
		{
			Name:   "program-folders-pool-methods",
			About:  "The first request for a folder is one of another method: does it wait for a thread, and does the second?",
			Server: playing("folders", 1),
			Play: func(s *Stage) {
				clients := s.BurstOf(20*ms, "/hold")
				for _, line := range []string{"POST /static/a.txt", "POST /other/b.css", "HEAD /static/a.txt"} {
					c := s.Connect()
					c.Send(asks(line)[0].raw)
					s.Pause(20 * ms)
					clients = append(clients, c)
				}
				s.AwaitAll(clients, patience)
				s.Near("answered at", 150*ms, answeredAt(clients)...)
				clients = s.BurstOf(20*ms, "/hold")
				again := s.Connect()
				again.Send(asks("POST /static/a.txt")[0].raw)
				s.AwaitAll(append(clients, again), patience)
				s.Near("the second, answered at", 150*ms, again.AnsweredAt(0))
			},
		},
	}
}

// programFilesLeft shows what becomes of a file whose client leaves.
func programFilesLeft(how departure) []Scenario {
	return []Scenario{
		{
			Name:   "program-files-left-paused-" + how.name,
			About:  "A client that has stopped reading leaves, while the thread is taken: when does the task run, and when does a dependency exit?",
			Server: playing("folders", 1), Core: how.name == "fin",
			Kernel: how.name == "fin", // it resets a connection of which not all has been read
			Play: func(s *Stage) {
				large := s.Connect()
				s.Pause(100 * ms)
				large.StopReading()
				large.GetPath("/large")
				s.Pause(400 * ms)
				holds := s.BurstOf(60*ms, "/hold", "/hold")
				s.Until(180 * ms)
				how.leave(large)
				s.Until(240 * ms)
				holds = append(holds, s.Connect())
				holds[2].GetPath("/hold")
				s.AwaitAll(holds, patience)
				s.AwaitSaid("exits", 1, patience)
				s.Near("holds answered at", 200*ms, answeredAt(holds)...)
				s.Near("lines at", 200*ms, s.SaidAt("task 1", "exits")...)
				s.stateLog()
			},
		},
		{
			Name:   "program-files-left-waiting-" + how.name,
			About:  "A client leaves while its file waits for a thread: is the file sent, and logged?",
			Server: playing("folders", 1),
			Play: func(s *Stage) {
				clients := s.BurstOf(40*ms, "/hold", "/logo", "/static/a.txt", "/static/none")
				s.Until(160 * ms)
				for _, c := range clients[1:] {
					how.leave(c)
					s.Pause(30 * ms)
				}
				clients[0].Await(1, patience)
				s.Pause(200 * ms)
				s.stateLog()
			},
		},
	}
}

// amongHolds requests paths while there is one thread, for which another request always waits: such requests come as often
// as each takes. It returns the paths' client, whose answers are complete.
func (s *Stage) amongHolds(paths ...string) *Client {
	const many = 8
	warm := s.BurstOf(0, "/plain")
	warm[0].Await(1, patience)
	clients := s.ConnectAll(many + 1)
	s.Pause(100 * ms)
	s.Mark()
	clients[0].GetPath("/hold")
	s.Until(30 * ms)
	for _, p := range paths {
		clients[many].GetPath(p)
	}
	for i, c := range clients[1:many] {
		s.Until(150*ms + time.Duration(i)*300*ms)
		c.GetPath("/hold")
	}
	s.AwaitAll(clients, patience)
	clients[many].Await(len(paths), patience)
	return clients[many]
}

// atOnce is how soon after each other bytes come that are sent together.
const atOnce = 100 * ms

// arrivals are the times at which bytes came, apart from others, and how many were then there.
func (c *Client) arrivals() (times []time.Duration, lengths []int) {
	total := 0
	for _, e := range c.conn.Events() {
		if len(e.Data) == 0 {
			continue
		}
		total += len(e.Data)
		at, last := c.stage.Since(e.At), len(times)-1
		if last >= 0 && at-times[last] < atOnce {
			lengths[last] = total
			continue
		}
		times, lengths = append(times, at), append(lengths, total)
	}
	return times, lengths
}

// cameAt is when bytes came.
func (c *Client) cameAt() []time.Duration {
	times, _ := c.arrivals()
	return times
}

// lengths are how many bytes had come each time, except the head's.
func (c *Client) lengths() []int {
	_, lengths := c.arrivals()
	head := strings.Index(string(driver.Stream(c.conn.Events())), "\r\n\r\n") + len("\r\n\r\n")
	for i := range lengths {
		lengths[i] -= head
	}
	return lengths
}

// asks makes a probe of each request line; or of one, if header lines follow it.
func asks(lines ...string) []probe {
	var probes []probe
	var fields []string
	for _, line := range lines {
		if strings.Contains(line, ": ") {
			fields = append(fields, line)
		}
	}
	for _, line := range lines[:len(lines)-len(fields)] {
		head := append([]string{line + " HTTP/1.1", "Host: lab", "Content-Length: 0"}, fields...)
		probes = append(probes, probe{strings.Join(append([]string{line}, fields...), " | "), strings.Join(head, "\r\n") + "\r\n\r\n"})
	}
	return probes
}

var boundaryField = regexp.MustCompile(`boundary=([0-9a-f]+)`)

// files is turn for each probe, with the letters of files counted.
func (s *Stage) files(probes []probe) {
	for _, p := range probes {
		before := len(s.venue.Lines())
		c := s.Connect()
		c.Send(p.raw)
		c.Await(1, patience)
		s.AwaitRest(silence, patience)
		wire := letters(string(driver.Stream(c.conn.Events())))
		if m := boundaryField.FindStringSubmatch(wire); m != nil {
			wire = strings.ReplaceAll(wire, m[1], strings.Repeat("b", len(m[1])))
		}
		found := []string{facts.Wire([]byte(wire)) + "\n-- " + c.Ending()}
		c.Leave()
		for _, output := range []driver.Output{driver.Stdout, driver.Stderr} {
			lines, errors := withoutTraces(ofStream(s.venue.Lines()[before:], output))
			found = append(append(found, lines...), errors...)
		}
		s.Exact(p.name, strings.Join(found, "\n-- "))
	}
}

// letters shows long runs of the alphabet, of which files consist, by their ends and their length.
func letters(text string) string {
	const short = 60
	var b strings.Builder
	for i := 0; i < len(text); {
		end := i + 1
		for end < len(text) && text[end-1] >= 'a' && text[end] == 'a'+(text[end-1]-'a'+1)%26 {
			end++
		}
		if run := text[i:end]; len(run) > short {
			fmt.Fprintf(&b, "{%s to %s: %d}", run[:1], run[len(run)-1:], len(run))
		} else {
			b.WriteString(run)
		}
		i = end
	}
	return b.String()
}
