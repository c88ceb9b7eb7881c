// Package werkzeug is Werkzeug's development server as the bytes on a connection show it: what flask run, or app.run,
// starts. It reads as Python's http.server does, line by line and forgivingly, spells heads and refusals, and
// shapes the lines of its log.
//
//	stack.HTTP = map[string]http1.Protocol{"auto": werkzeug.Version{Werkzeug: "2.2.3", Threaded: true}.Behaviour()}
//
// The connection itself, and whose thread serves it, is package threaded's. The application is package flask's.
//
// A head that is longer than threaded takes (1 MiB) is cut off; the real one would take a hundred lines of 64 KiB.
package flask
