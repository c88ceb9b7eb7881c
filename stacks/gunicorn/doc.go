// Package gunicorn is gunicorn 20.1.0 and 27.0.1: its master, and three classes of worker. The sync and gthread workers
// serve Flask on the connections and threads of package threaded; the parser is a dialect of package http1.
// UvicornWorker serves FastAPI, and is package uvicorn's server with the ways of a worker of gunicorn.
//
// It needs a Unix system, as gunicorn does. Not imitated: a second master (SIGUSR2), the control socket, configuration
// files, and the other classes of worker.
package gunicorn
