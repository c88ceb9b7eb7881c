// Package flask is Flask's development server, which is Werkzeug's: what flask run, or app.run, starts. It imitates
// Werkzeug 2.2.3 and 3.1.9 on Python 3.11.2, with a thread for each connection and, as flask-single, with
// threaded=False, processes=1.
//
// It reads as Python's http.server does, line by line and leniently, formats heads and refusals, and
// writes the coloured lines of the log. The connection and its thread are those of package threaded;
// the application is package flask of apps/.
//
// A connection with a head of more than 1 MiB is closed: package threaded keeps no more. The real
// server accepts a hundred lines of 64 KiB. The debugger and the reloader are not imitated.
package flask
