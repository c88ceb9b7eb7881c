// Package fastapi is the article's program on FastAPI 0.94.1 with Starlette 0.26.1, and on FastAPI 0.165.0 with
// Starlette 1.10.0: validation and its errors, 404, 405, redirects, and the documents that FastAPI generates.
//
// A [Version] is one release and its differences from the others. [Version.New] makes a worker's [App],
// which the stacks of ASGI servers (Uvicorn, Hypercorn) list in their Apps. An App knows no server:
// what serves it hands it an [http1.Exchange].
//
// For the routes of any program.Program, four parts say what FastAPI answers, and know nothing of time: a router finds
// the route, validate reads the parameters, a template makes the answer, and openAPI writes the document. They are
// compared with recordings of both releases (testdata/README.md).
//
// The other documents are files in pages, as FastAPI generated them. Middleware and WebSockets are not imitated, and a
// request's body is not read.
package fastapi
