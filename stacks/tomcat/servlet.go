package tomcat

import (
	"net/http"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// servlet is the article's program as a servlet. It is called only for "/".
type servlet struct {
	worker  *server.Worker
	version *Version
}

func (v *Version) newServlet(w *server.Worker) server.App {
	if p := w.Config().Program; p != nil {
		return v.newDescribed(w, p)
	}
	return &servlet{w, v}
}

// Handle implements [server.App].
func (s *servlet) Handle(e http1.Exchange, _ *http1.Head) {
	parameters, wrong := s.version.Parameters(e.Method(), e.Query())
	if wrong != nil {
		e.Reply(wrong)
		return
	}
	id, found := parameters["id"]
	if !found {
		e.Reply(s.version.Report(http.StatusBadRequest, "The parameter id is missing"))
		return
	}
	text, asked := parameters["sleep"]
	sleep, problem := s.worker.Sleep(text, asked)
	if problem != "" {
		e.Reply(s.version.Report(http.StatusBadRequest, problem))
		return
	}
	s.worker.Hold(e, id, sleep)
}

// ID implements [server.App].
func (s *servlet) ID(e http1.Exchange) string {
	parameters, _ := s.version.Parameters(e.Method(), e.Query())
	return parameters["id"]
}

// Hello implements [server.App].
func (s *servlet) Hello(string) *http1.Answer { return Hello }

// Failed is never called: the servlet throws no exception.
func (s *servlet) Failed() *http1.Answer { return nil }

// QueueFull is our own (--queue).
func (s *servlet) QueueFull() *http1.Answer {
	return s.version.Report(http.StatusServiceUnavailable, "")
}

// Hello is what the article's program answers, through a writer of text/plain.
var Hello = &http1.Answer{
	Status: http.StatusOK, Lines: []http1.Line{{Name: contentType, Value: "text/plain;charset=ISO-8859-1"}}, Body: "hello",
}
