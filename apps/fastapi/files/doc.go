// Package files is what Starlette's FileResponse and StaticFiles make of a file and a request: header lines, ranges,
// conditions, and which file a path names. It sends nothing and knows no thread; package fastapi does that.
//
// A [Release] is how releases of Starlette differ. Python's part (mimetypes, email.utils, posixpath) is that of 3.11.
package files
