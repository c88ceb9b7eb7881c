package functions

import (
	"slices"
	"strconv"

	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
)

// Process is what all functions of a program share in one worker.
type Process struct {
	worker  *server.Worker
	program *program.Program
	counter int // lines that have named it
}

// NewProcess makes the process of a worker that serves a program.
func NewProcess(w *server.Worker, p *program.Program) *Process {
	return &Process{worker: w, program: p}
}

// Function is a function of the program in one process.
type Function struct {
	process *Process
	code    program.Code
	// parameters are those whose values its texts may name.
	parameters []program.Parameter
	uses       []use
	texts      map[string][]program.Piece // of its log steps
}

// use is how a function takes a connection from a pool.
type use struct {
	pool    *connections.Pool
	session int // of the request, whose connection it uses; or -1
}

// New makes a function. session returns which of a request's sessions has a pool's connections for it, or -1; nil means
// that there are none.
func (p *Process) New(steps []program.Step, parameters []program.Parameter, session func(*program.Pool) int) *Function {
	f := &Function{process: p, code: program.Compile(steps), parameters: parameters, texts: map[string][]program.Piece{}}
	for i, pool := range p.program.Pools {
		u := use{pool: p.worker.Pool(i), session: -1}
		if session != nil {
			u.session = session(pool)
		}
		f.uses = append(f.uses, u)
	}
	return f
}

// print prints the text of a log step.
func (f *Function) print(thread *modes.Thread, text string, values []string) {
	pieces, known := f.texts[text]
	if !known {
		pieces = program.LogPieces(text, f.parameters)
		f.texts[text] = pieces
	}
	line, counted := make([]byte, 0, len(text)+20), false
	for _, piece := range pieces {
		i := slices.IndexFunc(f.parameters, func(p program.Parameter) bool { return p.Name == piece.Name })
		switch {
		case piece.Name == "":
			line = append(line, piece.Text...)
		case i >= 0:
			line = append(line, values[i]...)
		default:
			if !counted {
				f.process.counter++
				counted = true
			}
			line = strconv.AppendInt(line, int64(f.process.counter), 10)
		}
	}
	f.process.worker.Print(thread, string(line))
}
