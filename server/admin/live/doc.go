// Package live is the client of an admin address: it follows GET /live, and sends commands.
//
//	c := live.New("http://127.0.0.1:9090", token, nil)
//	err := c.Follow(ctx, func(e live.Event) {
//		if e.Frame != nil {
//			show(e.Frame)
//		}
//	})
//
// Follow connects again whenever it loses the stream, and reports that it has. It trusts nothing that it reads: an event
// has a greatest length, one that cannot be read is reported and skipped, and a stream that falls silent is given up.
// The texts of errors are short and printable. Those in a frame, ids and routes among them, come from the clients of the
// server, and must be made harmless before they are shown.
package live
