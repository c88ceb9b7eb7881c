package node

// Kept is how many bytes of heads that are not complete are remembered.
func (s *Endpoint) Kept() int { return s.kept }
