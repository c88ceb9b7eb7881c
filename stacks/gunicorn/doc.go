// Package gunicorn is gunicorn with its own workers, sync and gthread, and with UvicornWorker: how they spell heads and
// refusals, when they close, and their master. The connection and its thread are package threaded's, the parser is a
// dialect of package http1, and UvicornWorker is package uvicorn's.
package gunicorn
