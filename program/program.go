package program

import (
	"time"

	"github.com/target-server/target-server/distribution"
)

// Program is an application. [Read] makes one of a file, and [Check] one of Go values. Nothing changes it afterwards.
type Program struct {
	Name         string        // "app" if none is given
	File         string        // what it was read from, as it was named; empty for Go values
	Pools        []*Pool       // in the file's order, as all lists here
	Dependencies []*Dependency // each comes after those that it depends on
	Routes       []*Route
	Static       []*Folder // served as they are (StaticFiles)
	Burn         bool      // CPU and GIL steps really use the processor

	features []use     // what not every stack has, for Terms
	warnings []Problem // for Warnings
}

// Pool is a pool of database connections: sqlalchemy.pool.QueuePool, or AsyncAdaptedQueuePool if Async.
type Pool struct {
	Name     string
	Size     int           // connections that it keeps: pool_size
	Overflow int           // connections beyond Size, closed when they come back: max_overflow
	Timeout  time.Duration // how long a request waits for a connection before it fails: pool_timeout
	Async    bool          // coroutines use it, and functions in threads do not
}

// Function is what a handler, a dependency or a background task does.
type Function struct {
	Async bool // async def; otherwise def
	Steps []Step
}

// Dependency is a function that FastAPI calls before a handler (Depends).
type Dependency struct {
	Name       string
	Depends    []*Dependency
	Parameters []Parameter
	Function
	Yield   bool   // it runs Exit after the handler
	Exit    []Step // what follows its yield
	Session *Pool  // it yields a session, which keeps the connection of its first query until its exit; or nil. Async: for coroutines
}

// Route is one path operation.
type Route struct {
	Method, Path string // as FastAPI writes the path: /items/{id}
	Depends      []*Dependency
	Parameters   []Parameter // those in the path first
	Function
	ResponseModel bool // the result is validated, for def handlers in a second trip to the threads
	Status        int
	Body          string // the text that is sent
	Sized         bool   // the file gives the body's size: it is a JSON string of that many bytes
	Type          string // content type
	Headers       []Header
	Background    []Function
	Stream        Stream
	File          int64   // the answer is a file of that many bytes (FileResponse); 0 if it is none
	Form          []Field // the fields of a form that the handler reads
	Line, Column  int     // in the file

	emptyBody bool // the file gives an empty body; otherwise an empty Body is the default
}

// Name is the method and path, as the file has it and as reports tell it.
func (r *Route) Name() string { return r.Method + " " + r.Path }

// Header is one header line of an answer.
type Header struct{ Name, Value string }

// Stream is how a handler sends its answer.
type Stream uint8

// The ways to send an answer.
const (
	Whole    Stream = iota // at once
	InChunks               // the handler is a generator, and each Send is a chunk (StreamingResponse)
	InEvents               // the same, and each Send is a server-sent event
)

// Field is a field of a form.
type Field struct {
	Name     string
	IsFile   bool // an UploadFile; otherwise text
	Optional bool // it may be missing
}

// Folder is a folder of files that is mounted at a path.
type Folder struct {
	Path  string // such as /static
	Files []File
}

// File is a file of a Folder.
type File struct {
	Name string // within the folder, with slashes
	Size int64
}

// Parameter is a parameter of the path or the query.
type Parameter struct {
	Name     string
	Type     Type
	InPath   bool
	Optional bool // of the query: it may be missing
}

// Type is a parameter's annotation.
type Type string

// The types of parameters.
const (
	Str   Type = "str"
	Int   Type = "int"
	Float Type = "float"
	Bool  Type = "bool"
)

// Step is one thing that a function does.
type Step struct {
	Kind Kind
	// For is how long it takes: of Sleep, Block, Query, CPU and GIL.
	For distribution.Distribution
	// Pool is where a Query's connection comes from.
	Pool *Pool
	// Text is what Log prints, or the exception that Raise raises unless Status is set.
	Text string
	// Status is that of the HTTPException that Raise raises, or 0.
	Status int
	// Times is how often Repeat does its steps.
	Times int
	// Share is the probability with which Share does its steps, from 0 to 1.
	Share float64
	// Size is how many bytes Send sends.
	Size int
	// Do are the steps of Repeat and Share.
	Do []Step
}

// Kind is what a step does.
type Kind uint8

// The kinds of steps.
const (
	Sleep  Kind = iota // the thread sleeps, or the coroutine awaits asyncio.sleep
	Block              // the coroutine calls time.sleep, and the loop stands still
	Query              // a connection is held
	Log                // a line is printed
	Raise              // an exception ends the function
	Repeat             // Do, Times times
	Share              // Do, with the probability Share
	CPU                // Python computes, and lets other threads run at each switch interval
	GIL                // C code computes and keeps the interpreter's lock
	Send               // a chunk of a stream is yielded
)
