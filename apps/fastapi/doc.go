// Package fastapi is what FastAPI and Starlette answer, with the article's program on them: validation and its errors, 404,
// 405, redirects, and the documents that FastAPI generates.
//
// A [Version] is a release with what it spells in its own way. The app knows no server: whatever serves ASGI applications
// (Uvicorn, Hypercorn) hands it an [http1.Exchange].
package fastapi
