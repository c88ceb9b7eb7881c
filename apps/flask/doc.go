// Package flask is the article's program on Flask 2.2.3 with Werkzeug 2.2.3, and on Flask 3.1.3 with Werkzeug 3.1.9:
// how they process a request before the view function is called, and what they answer by themselves.
// That is URL rules with merged slashes and redirects, methods, the Host field, parameters, and the
// pages of errors.
//
// A [Version] is one release and its differences from the others. [Version.New] makes a worker's
// [Program], which the stacks of WSGI servers (Werkzeug's development server, gunicorn, waitress) list
// in their Apps. The [App] in it knows no worker: it routes an [Environ].
//
// There is one rule, "/" for GET, besides the rule for static files that every Flask application has, and there are no
// such files. A request's body is not read.
package flask
