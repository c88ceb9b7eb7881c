// Package flask is Flask on Werkzeug's development server, as flask run or app.run starts it. It reads as Python's
// http.server does, line by line and leniently, and has Werkzeug's heads, refusals and log lines.
//
// The connection, and which thread serves it, is package threaded's; the application is apps/flask.
//
// A head longer than threaded accepts (1 MiB) is cut off; the real server accepts a hundred lines of 64 KiB.
package flask
