package uvicorn

import "github.com/target-server/target-server/server/http1"

// addTrailers adds the trailers of a request to its fields, as far as they have come with its head: Uvicorn puts them into
// the same list, which the application reads in a later step. after are the bytes after the head.
func (c *Conn) addTrailers(after []byte) {
	e := c.endpoint
	if !e.Class.Trailers || !e.head.Chunked || len(after) == 0 {
		return
	}
	ahead := c.parser
	e.trailers.Trailers, e.trailers.Fields = true, e.trailers.Fields[:0]
	for {
		event, n := ahead.Next(e.Class.Dialect, after, &e.trailers)
		if event != http1.BodyData {
			break
		}
		after = after[n:]
	}
	e.head.Fields = append(e.head.Fields, e.trailers.Fields...)
}

// closeByTrailer has the newest request's answer close if one of its trailers asks for it: httptools reports the last one
// when the message is complete. Trailers that come after the answer change nothing.
func (c *Conn) closeByTrailer() {
	if c.parser.TrailerCloses() && c.endpoint.Class.CloseInTrailers && c.cycle != nil {
		c.cycle.asksClose = true
	}
}
