package python

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/target-server/target-server/program"
)

// generates reports whether the handler of a route makes a generator, and is not one itself. FastAPI takes generators as
// handlers since it has server-sent events.
func (f *function) generates(r *program.Route) bool {
	return r.Stream == program.InChunks || r.Stream == program.InEvents && f.m.older
}

// stream prints the body of a stream's handler.
func (h *handler) stream(f *function) {
	r := h.route
	f.stream = r.Stream
	h.addTasks(f)
	if !f.generates(r) {
		f.steps(r.Steps)
		return
	}
	name := "chunks"
	if r.Stream == program.InEvents {
		name = "events"
	}
	before := "def "
	if r.Async {
		before = "async def "
	}
	if len(h.names) > 0 {
		f.line("")
	}
	async := f.async
	f.async = r.Async
	f.line(before + f.use(name) + "():")
	f.indented(func() { f.withGlobals(func(f *function) { f.steps(r.Steps) }) })
	f.async = async
	f.line("")
	f.put("return ", f.respondWith("StreamingResponse", atom(name+"()"), r), "")
}

// sent is what a Send of a stream yields.
func (f *function) sent(size int) node {
	if f.stream == program.InChunks {
		return atom(`b"x" * ` + strconv.Itoa(size))
	}
	data := size - len(program.Event(0))
	if f.m.older {
		return atom(`b"data: " + b"x" * ` + strconv.Itoa(data) + ` + b"\n\n"`)
	}
	return call(f.use("ServerSentEvent"), atom(`raw_data="x" * `+strconv.Itoa(data)))
}

// eventDecorator is that of a generator of server-sent events. headers is the dependency that sets its headers, or empty.
func (f *function) eventDecorator(r *program.Route, headers string) {
	arguments := []node{textNode(r.Path), atom("response_class=" + f.use("EventSourceResponse"))}
	if r.Status != http.StatusOK {
		arguments = append(arguments, atom("status_code="+strconv.Itoa(r.Status)))
	}
	if headers != "" {
		arguments = append(arguments, atom("dependencies=["+f.use("Depends")+"("+headers+")]"))
	}
	f.put("@", call("app."+strings.ToLower(r.Method), arguments...), "")
}

// eventHeaders prints a dependency that sets the headers of a stream of events, since the generator runs after they are
// sent. It returns its name.
func (m *module) eventHeaders(r *program.Route, route string) string {
	if len(r.Headers) == 0 {
		return ""
	}
	name := m.names.take(route+"_headers", "_")
	f := m.newFunction(program.Function{Async: true}, nil)
	f.signature(name, []argument{{atom("response: " + f.use("Response")), false}})
	f.indented(func() { f.setHeaders("response", r) })
	m.add(f)
	return name
}

// setHeaders sets the headers of an injected response.
func (f *function) setHeaders(response string, r *program.Route) {
	for _, header := range r.Headers {
		f.put(response+".headers["+quoted(header.Name)+"] = ", textNode(header.Value), "")
	}
}
