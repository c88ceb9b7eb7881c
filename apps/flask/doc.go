// Package flask is what Flask and Werkzeug make of a request before the program is asked, and what they answer without
// it: URL rules with merged slashes and redirects, methods, the Host field, the query's parameters, and the pages of errors.
//
// It knows no server. Whoever serves a WSGI application (Werkzeug's development server, gunicorn, waitress) says in an
// Environ what it has read, in its own way, and gets an answer, or that the program is to run:
//
//	app := flask.New(flask.Current, rand)
//	call, answer := app.Route(&flask.Environ{Method: "GET", Path: "/", Query: "id=1", Host: "example.com"})
//
// The application imitated is the article's program on Flask: one rule "/" for GET, beside the rule for static files that
// every Flask application has. Nothing here blocks, and nothing is kept of a request.
package flask
