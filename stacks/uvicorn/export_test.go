package uvicorn

// Orphans is how many requests work on for clients that have left.
func (s *Endpoint) Orphans() int { return len(s.orphans) }

// Kept is how many bytes of heads that are not complete are remembered.
func (s *Endpoint) Kept() int { return s.kept }

// Idles tells whether the keep-alive timer runs.
func (c *Conn) Idles() bool { return c.idle.Active() }

// Ahead is how many bytes of requests wait for their turn, over all connections.
func (s *Endpoint) Ahead() int { return s.ahead }
