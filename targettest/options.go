package targettest

import (
	"io"
	"strconv"
	"time"
)

// Option changes a server from its defaults, which are those of the command: FastAPI on
// Uvicorn as of March 2023, 40 threads, and so on. What differs is the address, which is
// a free port; the work: handlers do not sleep unless they are told to; and the history,
// which is ten times as long.
type Option func(*setup)

// setup is what options change.
type setup struct {
	args      []string // the command's
	processes int      // 0 for none of its own
	inMemory  bool
	log       io.Writer
}

// Set sets a flag of the command by its name, such as Set("limit-concurrency", "100");
// target-server --help lists them with their units and defaults. The address, and what
// belongs to a process, are the fixture's affair.
func Set(flag, value string) Option {
	return func(s *setup) { s.args = append(s.args, "--"+flag+"="+value) }
}

// Stack is the server imitated, by the name of --stack: "uvicorn", "hypercorn",
// "gunicorn-sync", "flask", "tomcat", "node", and so on.
func Stack(name string) Option { return Set("stack", name) }

// Vintage is the set of versions imitated: "2023-03" or "current".
func Vintage(name string) Option { return Set("vintage", name) }

// Mode is where a handler works: "threadpool", "async-misuse" or "cooperative".
func Mode(name string) Option { return Set("mode", name) }

// Limit is the number of threads of each worker.
func Limit(n int) Option { return Set("limit", strconv.Itoa(n)) }

// Queue is the most that may wait for a thread in each worker; one more is answered 503
// at once. Without it the line has no bound.
func Queue(n int) Option { return Set("queue", strconv.Itoa(n)) }

// Sleep is how long a handler works on a request that does not say so itself, with
// ?sleep=100ms. The default is 0.
func Sleep(d time.Duration) Option { return Set("sleep", d.String()) }

// Processes starts the server as processes of its own: n workers and, from two on or
// where the stack has a master, their parent. They are this very test binary, run
// again. The server then has a real socket, and ends when the test's process does,
// however that ends. 0, the default, is one worker in the test's own process.
func Processes(n int) Option { return func(s *setup) { s.processes = n } }

// InMemory has the server serve connections in memory. [Server.Client] and
// [Server.Dial] reach it; the host of [Server.URL] exists for nobody else. In a bubble
// of testing/synctest, which real sockets would keep from going on, use it.
func InMemory() Option { return func(s *setup) { s.inMemory = true } }

// Log has the server's log written to w as well, line by line as the real server's is,
// from a goroutine of the server's.
func Log(w io.Writer) Option { return func(s *setup) { s.log = w } }
