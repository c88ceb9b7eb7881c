package server

import (
	"net/http"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/tomcat"
)

// servlet is the article's program as a servlet. It is asked for "/" alone.
type servlet struct {
	worker  *Worker
	version *tomcat.Version
}

func (s *servlet) template() *http.Request { return new(http.Request) }

// ServeHTTP implements http.Handler.
func (s *servlet) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	e := w.(http1.Exchange)
	parameters, wrong := s.version.Parameters(e.Query())
	if wrong != nil {
		e.Reply(wrong)
		return
	}
	id, found := parameters["id"]
	if !found {
		e.Reply(s.version.Report(http.StatusBadRequest, "The parameter id is missing"))
		return
	}
	sleep := s.worker.cfg.Sleep
	if text, asked := parameters["sleep"]; asked {
		var err error
		if sleep, err = config.ParseDuration(text); err != nil || sleep < 0 || sleep > longestSleep {
			e.Reply(s.version.Report(http.StatusBadRequest, "The parameter sleep is no duration"))
			return
		}
	}
	s.worker.hold(e, id, sleep)
}

func (s *servlet) hello(string) *http1.Answer { return tomcat.Hello }

// failed answers nothing: no servlet here throws.
func (s *servlet) failed() *http1.Answer { return nil }

func (s *servlet) queueFull() *http1.Answer {
	return s.version.Report(http.StatusServiceUnavailable, "")
}
