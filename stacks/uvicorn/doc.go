// Package uvicorn is Uvicorn: bytes in, requests, exact bytes out, and the life of its server process.
//
// A [Conn] is Uvicorn's protocol object and its transport in one. Its parser is http1's; each request becomes a
// [Cycle], which the program answers at once (Reply) or later (Hold, Complete); a [Class] and its Layout say how the
// answer is spelled.
//
// It guarantees one answer at a time, in the order of the requests; a request whose client has left runs on and is not
// answered; memory for what is not understood is bounded. It does not read bodies, since no handler here asks for one,
// but counts them as Uvicorn's flow control does.
package uvicorn
