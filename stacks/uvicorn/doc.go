// Package uvicorn is one HTTP/1.1 connection as Uvicorn's protocol classes treat
// it: bytes in, requests, exact bytes out.
//
// A Conn is Uvicorn's protocol object and its transport in one. Its parser is
// http1's; each request becomes a Cycle, which a plain http.Handler answers at
// once (Reply) or later (Hold, Complete); a Class and its Layout say how the
// answer is spelled.
//
//	s := &uvicorn.Endpoint{Class: &uvicorn.Httptools021, Host: &http1.Host{Handler: h, Log: log, KeepAlive: 5 * time.Second}}
//	s.SetDefaults(http1.Line{Name: "server", Value: "uvicorn"})
//	loop.Serve(listener, s.Accept, onError)
//
// What it guarantees: one answer at a time, in the order of the requests; a
// request whose client has left is worked on and not answered; memory for what
// is not understood is bounded. It does not read bodies, since no handler here
// asks for one, but counts them as Uvicorn's flow control does.
package uvicorn
