package stacks

import (
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/flask"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/werkzeug"
)

// flask202303 is Flask 2.2.3 on the development server of Werkzeug 2.2.3, and flaskCurrent is Flask 3.1.3 on that of Werkzeug
// 3.1.9, both on Python 3.11: a thread for each connection.
func flask202303() *Stack {
	return onWerkzeug("flask", config.Vintage202303, &flask.V22, werkzeug.V22, LinesWerkzeug22)
}

func flaskCurrent() *Stack {
	return onWerkzeug("flask", config.VintageCurrent, &flask.V31, werkzeug.V31, LinesWerkzeug31)
}

// flaskSingle202303 and flaskSingleCurrent are the same with threaded=False, processes=1: the main thread serves one
// connection at a time, from its beginning to its end.
func flaskSingle202303() *Stack {
	return onWerkzeug("flask-single", config.Vintage202303, &flask.V22, werkzeug.V22.Single(), LinesWerkzeug22)
}

func flaskSingleCurrent() *Stack {
	return onWerkzeug("flask-single", config.VintageCurrent, &flask.V31, werkzeug.V31.Single(), LinesWerkzeug31)
}

func onWerkzeug(name, vintage string, app *flask.Version, server werkzeug.Server, lines Lines) *Stack {
	threads := modes.Pool{Name: "Thread-%d (process_request_thread)", First: 1, Once: true}
	if !server.Threaded {
		threads = modes.Pool{Name: "MainThread"}
	}
	return &Stack{
		Defaults: flaskDefaults(name, vintage, server),
		Loops:    map[string]eventloop.Flavour{"auto": eventloop.Blocking},
		HTTP:     map[string]http1.Protocol{"auto": server.Behaviour()},
		Modes:    modes.OnThreads(), Threads: threads,
		Apps: map[string]Application{"flask": app},
		Life: LifeFlask, Lines: lines, Lifecycle: Lifecycle{StartupFailure: 1},
	}
}
