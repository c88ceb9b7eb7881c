package tomcat

import (
	"net/http"
	"strings"
	"time"

	"github.com/target-server/target-server/apps/bare"
	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// described is a program that a file describes, as one servlet that is mapped to every path and overrides
// HttpServlet.service.
type described struct {
	servlet
	app *bare.App
}

func (v *Version) newDescribed(w *server.Worker, p *program.Program) *described {
	own := *v
	own.Call = strings.Replace(v.Call, articleCall, describedCall, 1)
	own.HeadCall = own.Call
	v = &own
	return &described{servlet{w, v}, bare.New(w, p, bare.Server{
		Sleeps: roundedSleep, Missing: "null", Escape: escapeJSON, Answer: answer,
		Error: func(status int) *http1.Answer { return v.sendError(status, "") },
		Failed: func(exception string) *http1.Answer { // printStackTrace
			w.Log(journal.Unnamed, "java.lang.RuntimeException: "+exception)
			return v.sendError(http.StatusInternalServerError, "")
		},
		Wrong: func(problem string) *http1.Answer { return v.sendError(http.StatusBadRequest, problem) },
	})}
}

// The frames of the article's servlet, and those of the lab's that a file describes, where they ask for a parameter.
const (
	articleCall   = "App.doGet:34 HttpServlet.service:622"
	describedCall = "Described.answer:159 Described.service:134"
)

// terms are what a program cannot have.
func terms() program.Terms {
	const instead = ", or a stack of Python"
	return program.Terms{
		program.Async: {
			Reason:   "a servlet runs in the thread of its request; there is no event loop",
			Accepted: "def" + instead,
		},
		program.Pools: {Reason: "the pools are those of SQLAlchemy", Accepted: "sleep" + instead},
		program.Dependencies: {
			Reason:   "a servlet has no dependencies",
			Accepted: "the same steps in the routes" + instead,
		},
		program.ResponseModel: {Reason: "a servlet has no response models", Accepted: "a route without it" + instead},
		program.Background:    {Reason: "a servlet has no background tasks", Accepted: "a route without it" + instead},
		program.Streams:       {Reason: "streams are those of FastAPI", Accepted: "a body" + ", or a FastAPI stack such as --stack uvicorn"},
		program.Files:         {Reason: "files are those of FastAPI", Accepted: "a body" + ", or a FastAPI stack such as --stack uvicorn"},
		program.Forms:         {Reason: "forms are those of FastAPI", Accepted: "parameters of the query" + ", or a FastAPI stack such as --stack uvicorn"},
		program.Static:        {Reason: "static files are those of FastAPI", Accepted: "routes with a body" + ", or a FastAPI stack such as --stack uvicorn"},
		program.Interpreter:   {Reason: "Java has no lock of an interpreter", Accepted: "sleep" + instead},
	}
}

// Handle implements [server.App]. The connector's requests are the only ones.
func (d *described) Handle(e http1.Exchange, _ *http1.Head) {
	x, method := e.(*Exchange), e.Method()
	methods := []string{method}
	if method == http.MethodHead {
		methods = append(methods, http.MethodGet)
	}
	m := d.app.Find(x.path, methods...)
	switch {
	case !m.Found() && m.Allowed == nil:
		e.Reply(d.version.Report(http.StatusNotFound, ""))
		return
	case !m.Found():
		e.Reply(d.version.unsupported(method, x.http11))
		return
	}
	parameters, wrong := d.version.Parameters(e.Method(), e.Query())
	if wrong != nil && m.InQuery() {
		e.Reply(wrong)
		return
	}
	d.app.Run(e, m, javaUTF8, func(name string) (string, bool) {
		value, found := parameters[name]
		return value, found
	})
}

// unsupported is the answer of HttpServlet.service to a method that the servlet does not implement.
func (v *Version) unsupported(method string, http11 bool) *http1.Answer {
	switch {
	case method == http.MethodOptions:
		return allowed(http.StatusOK, http.MethodOptions)
	case method == http.MethodHead:
		method = http.MethodGet // doHead calls doGet
	case method == http.MethodGet, method == http.MethodPost, method == http.MethodPut, method == http.MethodDelete,
		method == http.MethodPatch && v.KnowsPatch:
	default:
		return v.Report(http.StatusNotImplemented, "Method ["+method+"] is not implemented by this Servlet for this URI")
	}
	status := http.StatusMethodNotAllowed
	if !http11 { // an old version does not have 405
		status = http.StatusBadRequest
	}
	return v.Report(status, "HTTP method "+method+" is not supported by this URL")
}

// sendError is HttpServletResponse.sendError. A status that Tomcat does not know has no report.
func (v *Version) sendError(status int, message string) *http1.Answer {
	if _, known := v.statusOf(status); !known && message == "" {
		return &http1.Answer{Status: status, Lines: []http1.Line{{Name: "Content-Language", Value: "en"}}}
	}
	return v.Report(status, message)
}

// answer is what the servlet writes as bytes.
func answer(r *program.Route, body string) *http1.Answer {
	a := &http1.Answer{Status: r.Status, Body: body}
	for _, h := range r.Headers {
		a.Lines = append(a.Lines, http1.Line{Name: h.Name, Value: h.Value})
	}
	if r.Type != "" {
		a.Lines = append(a.Lines, http1.Line{Name: contentType, Value: mediaType(r.Type)})
	}
	return a
}

// mediaType is a content type as Tomcat writes it: without spaces, and with the charset last
// (org.apache.tomcat.util.http.parser.MediaType).
func mediaType(text string) string {
	kind, rest, _ := strings.Cut(text, ";")
	kind = strings.TrimSpace(kind)
	charset := ""
	for parameter := range strings.SplitSeq(rest, ";") {
		name, value, found := strings.Cut(strings.TrimSpace(parameter), "=")
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case !found:
		case name == "charset":
			charset = ";charset=" + strings.TrimSpace(value)
		default:
			kind += ";" + name + "=" + strings.TrimSpace(value)
		}
	}
	return kind + charset
}

// roundedSleep is how long Thread.sleep sleeps: whole milliseconds, rounded, but at least one.
func roundedSleep(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return max(d.Round(time.Millisecond), time.Millisecond)
}

// escapeJSON escapes a text for the inside of a JSON string, as Python does.
func escapeJSON(text string) string {
	quoted := pyvalue.JSON(text)
	return quoted[1 : len(quoted)-1]
}
