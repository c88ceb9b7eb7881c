package node

// Kept is how many bytes of heads that are not complete are remembered.
func (e *Endpoint) Kept() int { return e.kept }
