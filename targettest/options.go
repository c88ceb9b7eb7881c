package targettest

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/program"
)

// Option changes a server's defaults. They are those of the command (FastAPI on Uvicorn as of March 2023, 40 threads
// and so on), except that the address is a free port, handlers do not sleep unless they are told to, and the history is
// ten times as long.
type Option func(*setup)

// setup is what options change.
type setup struct {
	args      []string // of the command
	processes int      // 0 to run in the test's own process
	inMemory  bool
	log       io.Writer
	program   *program.Program
	wrong     error // of an option
}

// Set sets a flag of the command by its name, such as Set("limit-concurrency", "100"). target-server --help lists the
// flags with their units and defaults. The address and the flags about processes are set by the fixture and cannot be
// changed.
func Set(flag, value string) Option {
	return func(s *setup) { s.args = append(s.args, "--"+flag+"="+value) }
}

// Stack is the server imitated, by the name of --stack: "uvicorn", "hypercorn",
// "gunicorn-sync", "flask", "tomcat", "node", and so on.
func Stack(name string) Option { return Set("stack", name) }

// Vintage is the set of versions imitated: "2023-03" or "current".
func Vintage(name string) Option { return Set("vintage", name) }

// Mode is where a handler runs: "threadpool", "async-misuse" or "cooperative".
func Mode(name string) Option { return Set("mode", name) }

// Program is the application that the server serves in place of the article's: see docs/programs.md. It is one of
//
//   - the path of a file, or the name of a built-in program, such as "testdata/shop.yaml" or "crud";
//   - the text of a file, if it has a line break or is a []byte;
//   - Go values, which are checked by the same rules as a file ([program.Check]).
//
// Mode and Sleep belong to the article's program, and cannot be used with it.
func Program[P string | []byte | *program.Program](p P) Option {
	return func(s *setup) {
		switch p := any(p).(type) {
		case string:
			if strings.Contains(p, "\n") {
				s.program, s.wrong = program.Read("Program", []byte(p), distribution.FilesIn(""))
				return
			}
			s.program, s.wrong = program.Load(p)
		case []byte:
			s.program, s.wrong = program.Read("Program", p, distribution.FilesIn(""))
		case *program.Program:
			s.program, s.wrong = program.Check(p)
		}
	}
}

// Limit is the number of threads of each worker.
func Limit(n int) Option { return Set("limit", strconv.Itoa(n)) }

// Queue is how many requests may wait for a thread in each worker; any more are answered 503 at once. Without it the
// queue has no bound.
func Queue(n int) Option { return Set("queue", strconv.Itoa(n)) }

// Sleep is how long a handler sleeps, unless the request itself says so, as in ?sleep=100ms. The default is 0.
func Sleep(d time.Duration) Option { return Set("sleep", d.String()) }

// SleepFrom is a distribution from which each request draws how long its handler sleeps, as --sleep accepts it:
// SleepFrom("lognormal(p50=8ms, p99=60ms)"). Set("seed", "7") makes the draws the same in each run.
func SleepFrom(distribution string) Option { return Set("sleep", distribution) }

// Processes starts the server as separate processes: n workers and, if n is at least 2 or the stack has a master, their
// parent. They run this same test binary. The server then has a real socket, and ends when the test's process does,
// however that ends. 0, the default, is one worker in the test's own process.
func Processes(n int) Option { return func(s *setup) { s.processes = n } }

// InMemory makes the server serve connections in memory. Only [Server.Client] and [Server.Dial] reach it; no one else
// can resolve the host of [Server.URL]. Use it in a bubble of testing/synctest, where time would not advance while a
// goroutine waits for a real socket.
func InMemory() Option { return func(s *setup) { s.inMemory = true } }

// Log also writes the server's log to w, in the lines of the real server's log. A goroutine of the server's writes.
func Log(w io.Writer) Option { return func(s *setup) { s.log = w } }
