package attack

import (
	"slices"

	"github.com/target-server/target-server/lab/variants"
)

// Fault is a way to break target-server, and the check that must fail.
type Fault struct {
	variants.Variant
	Target Target
	Finds  Check
	Race   bool // needs the race detector
}

// Faults lists at least one for each check.
func Faults() []Fault { return slices.Concat(failures(), leaks(), omissions()) }

// The stacks on which they are tried.
var (
	onUvicorn  = Target{"uvicorn", "current"}
	onGunicorn = Target{"gunicorn-uvicorn", "current"}
)

// setLimit is the beginning of the code that sets a limit.
const setLimit = "func (w *Worker) setLimit(n int) {\n"

// control inserts code after a text in server/control.go.
func control(after, more string) variants.Edit {
	return variants.Edit{File: "server/control.go", Old: after, New: after + more}
}

// imports adds an import after another one.
func imports(file, after, name string) variants.Edit {
	return variants.Edit{File: file, Old: "\t\"" + after + "\"\n", New: "\t\"" + after + "\"\n\t\"" + name + "\"\n"}
}

// failures are faults that fail at once.
func failures() []Fault {
	return []Fault{
		{fault(
			"race", "The sums are read without their lock.",
			variants.Edit{File: "server/statistics.go", Old: "\tc.mu.Lock()\n\tdefer c.mu.Unlock()\n\tvar routes []admin.Route\n", New: "\tvar routes []admin.Route\n"},
		), onUvicorn, Reports, true},
		{fault(
			"panic", "An id of more than 5,000 bytes causes a panic.",
			variants.Edit{
				File: "server/request.go", Old: "\tr := w.free.take()\n",
				New: "\tif len(id) > 5_000 {\n\t\tpanic(\"an id that is too long\")\n\t}\n\tr := w.free.take()\n",
			},
		), onUvicorn, Reports, false},
		{fault(
			"ends", "A limit of 8 ends the worker.",
			control(setLimit, "\tif n == 8 {\n\t\tw.loop.Stop()\n\t}\n"),
		), onUvicorn, Lives, false},
		{fault(
			"sum", "A client that has left is not counted.",
			variants.Edit{File: "server/statistics.go", Old: "\t*c.of(o)++\n", New: "\tif o != admin.ClientLeft {\n\t\t*c.of(o)++\n\t}\n"},
		), onUvicorn, Sums, false},
		{fault(
			"memory", "Each request keeps eight megabytes for ever.",
			variants.Edit{
				File: "server/request.go", Old: "// phase is how far a request has come.\n",
				New: "var kept [][]byte\n\n// phase is how far a request has come.\n",
			},
			variants.Edit{
				File: "server/request.go", Old: "\tr.phase = phaseAccepted\n",
				New: "\tr.phase = phaseAccepted\n\tfilled := make([]byte, 8<<20)\n\tfor i := range filled {\n\t\tfilled[i] = 1\n\t}\n\tkept = append(kept, filled)\n",
			},
		), onUvicorn, Memory, false},
	}
}

// leaks are faults that leave something behind.
func leaks() []Fault {
	return []Fault{
		{fault(
			"held", "A request whose client has left never ends.",
			variants.Edit{
				File: "server/request.go", Old: "func (r *Request) Resume() { r.complete(r.worker.app.Hello(r.id)) }",
				New: "func (r *Request) Resume() {\n\tif !r.clientLeft {\n\t\tr.complete(r.worker.app.Hello(r.id))\n\t}\n}",
			},
		), onUvicorn, Held, false},
		{fault(
			"descriptor", "One connection in eight is not closed.",
			variants.Edit{
				File: "eventloop/stream.go", Old: "\t_ = s.loop.poller.Close(s.handle) // the peer learns it either way\n",
				New: "\tif s.handle%8 != 7 {\n\t\t_ = s.loop.poller.Close(s.handle)\n\t}\n",
			},
		), onUvicorn, Descriptors, false},
		{fault(
			"goroutine", "Each change of the limit leaks a goroutine.",
			control(setLimit, "\tgo func() { select {} }()\n"),
		), onUvicorn, Goroutines, false},
		{fault(
			"zombie", "A change of the limit starts a child process that is never reaped.",
			imports("server/control.go", "encoding/json", "os/exec"), control(setLimit, "\t_ = exec.Command(\"/bin/true\").Start()\n"),
		), onUvicorn, Zombies, false},
		{fault(
			"spin", "After a change of the limit the loop never becomes idle.",
			control(setLimit, "\tvar again func()\n\tagain = func() { w.loop.Post(eventloop.Func(again)) }\n\tagain()\n"),
		), onUvicorn, Rests, false},
		{fault(
			"orphan", "Workers do not end with a master that was killed.",
			variants.Edit{File: "server/child.go", Old: "\t\terr = self.Kill()\n", New: "\t\t_ = self\n"},
		), onGunicorn, Leftover, false},
	}
}

// omissions are faults in which something does not happen.
func omissions() []Fault {
	return []Fault{
		{fault(
			"slow", "Statistics take four seconds while a client has left a held request.",
			imports("server/statistics.go", "sync", "time"),
			variants.Edit{
				File: "server/statistics.go", Old: "func (w *Worker) Statistics() admin.Statistics {\n",
				New: "func (w *Worker) Statistics() admin.Statistics {\n\tif w.counts.read().zombies > 0 {\n\t\ttime.Sleep(4 * time.Second)\n\t}\n",
			},
		), onUvicorn, Answers, false},
		{fault(
			"deaf", "The end of a pause closes the listening socket.",
			control("\tcase admin.Resume:\n\t\tw.pause.stop()\n", "\t\tw.loop.Post(eventloop.Func(w.CloseListener))\n"),
		), onUvicorn, Serves, false},
		{fault(
			"row", "A request with an id of more than 200 bytes has no row.",
			variants.Edit{File: "server/journal/rows.go", Old: "func (r *rows) Row(row Row) {\n", New: "func (r *rows) Row(row Row) {\n\tif len(row.ID) > 200 {\n\t\treturn\n\t}\n"},
		), onUvicorn, Rows, false},
		{fault(
			"ready", "The ready file is removed soon after it is written.",
			variants.Edit{
				File: "server/run.go", Old: "\treturn w.Serve()\n}\n\n// beginFiles removes",
				New: "\tgo func() {\n\t\ttime.Sleep(time.Second / 2)\n\t\t_ = os.Remove(cfg.ReadyFile)\n\t}()\n\treturn w.Serve()\n}\n\n// beginFiles removes",
			},
			imports("server/run.go", "syscall", "time"),
		), onUvicorn, Ready, false},
		{fault(
			"stays", "A server that has answered five requests does not end.",
			variants.Edit{File: "stacks/uvicorn/life.go", Old: "\tcase l.shouldExit:\n", New: "\tcase l.shouldExit && l.endpoint.Answered < 5:\n"},
		), onUvicorn, Stops, false},
	}
}

func fault(name, about string, edits ...variants.Edit) variants.Variant {
	return variants.Variant{Name: name, About: about, Edits: edits, Processes: true}
}
