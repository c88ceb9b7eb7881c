package stacks

import (
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/werkzeug"
)

const (
	noLoopOnFlask   = "the development server has no event loop"
	noCountsOnFlask = "the development server has no such option"
)

func flaskDefaults(name, vintage string, server werkzeug.Server) config.Defaults {
	d := config.Defaults{
		Summary: "Flask " + map[string]string{config.Vintage202303: "2.2.3", config.VintageCurrent: "3.1.3"}[vintage] +
			", development server of Werkzeug " + server.Version,
		Values: flaskValues(name, vintage),
		Refuses: map[string]string{
			"app":                "the development server serves WSGI applications, and FastAPI is an ASGI one",
			"mode":               "Flask has no event loop, and its handlers run in the thread that serves the connection",
			"limit":              "the development server makes a thread for every connection and has no ceiling",
			"queue":              "nobody waits for a thread where everyone gets one",
			"workers":            "the development server, as the article starts it, is one process",
			"respawn":            "the development server has no parent",
			"backlog":            "the development server has no such option; werkzeug.serving.LISTEN_QUEUE is 128",
			"keep-alive":         "the development server closes every connection behind its answer",
			"limit-concurrency":  noCountsOnFlask,
			"limit-max-requests": noCountsOnFlask,
			"timeout":            "the development server has no such option; it is gunicorn's",
			"graceful-timeout":   "the development server ends at once and has no such option",
			"loop":               noLoopOnFlask,
			"http":               "the development server has no parser but Python's http.server",
		},
	}
	if !server.Threaded {
		d.Summary += ", one connection at a time"
		d.Values.Limit = 1
		d.Refuses["limit"] = "with threaded=False the main thread serves one connection at a time"
		d.Refuses["queue"] = "with threaded=False who waits does so in the kernel, where nobody can be refused"
	}
	return d
}

func flaskValues(name, vintage string) config.Config {
	c := usual(name, vintage)
	c.App, c.Limit, c.Backlog = "flask", config.Unlimited, 128
	return c
}
