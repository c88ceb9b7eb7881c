// Package flask is Flask 2.2.3 with Werkzeug 2.2.3, and Flask 3.1.3 with Werkzeug 3.1.9: how they find the view function
// of a request, what they answer by themselves, and what becomes of what a view function returns or raises.
// That is URL rules with variables, merged slashes and redirects, methods, the Host field, parameters, and the
// pages of errors.
//
// A [Version] is one release and its differences from the others. [Version.New] makes a worker's application, which the
// stacks of WSGI servers (Werkzeug's development server, gunicorn, waitress) list in their Apps: the article's
// [Program], or one that a file describes. The [App] in both knows no worker: it routes an [Environ].
//
// Besides an application's own rules there is the one for static files, of which there are none. A request's body is
// not read. Of a program that a file describes, a view function runs in the thread that has read the request.
package flask
