package functions

import "github.com/target-server/target-server/server"

// GoOn goes on with a function after its yield, for a request: next(generator).
func (c *Call) GoOn(r *server.Request) { c.request, c.yields = r, false }

// Yielded is how many bytes the function has sent by its yield. Otherwise it has returned, or raised an exception.
func (c *Call) Yielded() (bytes int, yields bool) { return c.sent, c.yields }
