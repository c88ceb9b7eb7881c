package uvicorn

// Orphans is how many requests work on for clients that have left.
func (e *Endpoint) Orphans() int { return len(e.orphans) }

// Kept is how many bytes of heads that are not complete are remembered.
func (e *Endpoint) Kept() int { return e.kept }

// Idles reports whether the keep-alive timer runs.
func (c *Conn) Idles() bool { return c.idle.Active() }

// Ahead is how many bytes of requests wait for their turn, over all connections.
func (e *Endpoint) Ahead() int { return e.ahead }
