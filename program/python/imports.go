package python

import (
	"slices"
	"strings"
)

// source is a module of Python's library or of a package, and what a program may take from it.
type source struct {
	module string
	names  []string // nothing for the module itself
	other  bool     // not of Python's library
}

// sources are in the order of the printed lines.
func sources() []source {
	return []source{
		{module: "asyncio"},
		{module: "ctypes"},
		{module: "json"},
		{module: "os"},
		{module: "random"},
		{module: "signal"},
		{module: "tempfile"},
		{module: "threading"},
		{module: "time"},
		{module: "contextlib", names: []string{"asynccontextmanager", "closing"}},
		{module: "datetime", names: []string{"datetime"}},
		{module: "typing", names: []string{"Any"}},
		{module: "anyio.to_thread", names: []string{"current_default_thread_limiter"}, other: true},
		{module: "fastapi", other: true, names: []string{
			"BackgroundTasks", "Depends", "FastAPI", "File", "Form", "HTTPException", "Path", "Query", "Response", "UploadFile",
		}},
		{module: "fastapi.responses", names: []string{"FileResponse", "StreamingResponse"}, other: true},
		{module: "fastapi.sse", names: []string{"EventSourceResponse", "ServerSentEvent"}, other: true},
		{module: "fastapi.staticfiles", names: []string{"StaticFiles"}, other: true},
		{module: "flask", names: []string{"Flask", "Response", "abort", "request"}, other: true},
		{module: "sqlalchemy.pool", names: []string{"AsyncAdaptedQueuePool", "QueuePool"}, other: true},
		{module: "sqlalchemy.util", names: []string{"greenlet_spawn"}, other: true},
	}
}

// imports are the import lines for what is used.
func (m *module) imports() []string {
	var own, others []string
	framework := map[bool]string{true: "flask", false: "fastapi"}[m.flask]
	for _, s := range sources() {
		names := slices.DeleteFunc(slices.Clone(s.names), func(name string) bool { return !m.used[name] })
		switch {
		case s.module == "flask" && framework != "flask", s.module == "fastapi" && framework != "fastapi":
		case s.names == nil && m.used[s.module]:
			own = append(own, "import "+s.module)
		case len(names) == 0:
		case s.other:
			others = append(others, "from "+s.module+" import "+strings.Join(names, ", "))
		default:
			own = append(own, "from "+s.module+" import "+strings.Join(names, ", "))
		}
	}
	if len(own) > 0 {
		own = append(own, "")
	}
	return append(own, others...)
}
