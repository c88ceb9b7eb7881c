// Package flask is what Flask and Werkzeug make of a request before the program is asked, and what they answer without
// it: URL rules with merged slashes and redirects, methods, the Host field, the query's parameters, and the pages of errors.
//
// It knows no server. A server of WSGI applications (Werkzeug's development server, gunicorn, waitress) says in an
// [Environ] what it has read, in its own way; [App.Route] answers it, or says that the program is to run.
//
// The application is the article's program on Flask: one rule "/" for GET, beside the rule for static files that every
// Flask application has. It never blocks, and keeps nothing of a request.
package flask
