// Package fastapi is the article's program on FastAPI 0.94.1 with Starlette 0.26.1, and on FastAPI 0.165.0 with
// Starlette 1.10.0: validation and its errors, 404, 405, redirects, and the documents that FastAPI generates.
//
// A [Version] is one release and its differences from the others. [Version.New] makes a worker's [App],
// which the stacks of ASGI servers (Uvicorn, Hypercorn) list in their Apps. An App knows no server:
// what serves it hands it an [http1.Exchange].
//
// The documents are files in pages, as FastAPI generated them. Middleware, dependencies and WebSockets are not
// imitated, and a request's body is not read.
package fastapi
