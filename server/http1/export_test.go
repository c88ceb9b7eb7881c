package http1

// Orphans is how many requests work on for clients that have left.
func (s *Service) Orphans() int { return len(s.orphans) }
