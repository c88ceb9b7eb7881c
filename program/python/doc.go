// Package python prints the Python program that a [program.Program] stands for.
//
// [FastAPI] prints it for the stacks with FastAPI, and [Flask] for those with Flask. The text is deterministic, laid
// out as Black does with lines of 120 columns, and has only what the program uses. It defines app and opens no port.
//
//	text := python.FastAPI(p, python.Options{File: "shop.yaml", Stack: "uvicorn", Vintage: "current"})
//
// # Names
//
// Handlers are called as [program.Program.FunctionNames] says, dependencies and pools as in the file. Where a name is
// taken by a handler, a module or a helper, the printed one ends in _dependency or _pool. An exception that is none of
// Python's is a class of the program, and a parameter that Python could not call so has an alias, so that its name in
// the URL stays.
//
// # Answers on FastAPI
//
//   - JSON that Python writes as the file has it is returned as a value, and everything else as a Response. The head is
//     the same: content-length, then content-type.
//   - Headers are given to the Response, and come before those two. With a response model they are set on the injected
//     response, and come after them.
//   - A response model is str where the body is a JSON string, and Any otherwise.
//   - Background tasks are added to the injected BackgroundTasks at the end of the handler. One that has raised adds
//     none.
//
// # Streams and files on FastAPI
//
//   - A stream is an async function that returns a StreamingResponse over a generator, which is def or async as the
//     file says. So what takes a thread's token is each chunk, and not the call of the handler.
//   - Server-sent events are the same at 2023-03. At current the handler itself is the generator, of ServerSentEvents,
//     and a dependency sets the headers, since FastAPI sends them before the generator has run.
//   - The background tasks of a stream are added before its first chunk.
//   - Files are made in a temporary folder when the program is imported, of letters, and all have the same date. Folders
//     are mounted after all routes.
//   - cpu computes by the clock of its thread's processor time. gil is usleep called through ctypes.PyDLL, which keeps
//     the interpreter's lock, for at most 71 minutes.
//
// # Answers on Flask
//
//   - Parameters of the query are read in their order from request.args before anything else. A missing one is answered
//     400, and so is an int or a float that is none. An optional one is None in both cases. A bool stays the text that
//     it is.
//   - Parameters of the path are converted by the rule, so that a path in which they do not fit is answered 404.
//     Flask's float needs a point and its int has no sign. A bool stays text here too.
//   - A text/* type without parameters gets charset=utf-8, as Flask's mimetype does. Headers come before Content-Type
//     and Content-Length. An answer without a body has Flask's own Content-Type, text/html.
//   - Flask answers HEAD and OPTIONS itself where a GET route of the same path comes first.
//
// # What it does not do
//
// The printed program draws from Python's random without a seed, and does not clamp a draw at
// [distribution.LongestDuration].
package python
