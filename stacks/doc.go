// Package stacks holds what is imitated, as values: a server a file, its
// settings beside it, and the framework in one of its own. What differs in behaviour is a decision with a name that some
// other package takes (limiter.Order, eventloop.Flavour, uvicorn.Behaviour,
// supervisor.Policy); a stack says which.
//
//	s, err := stacks.Find("uvicorn", "2023-03")
//	loop := s.Loops["auto"]
//
// The values were read off the real servers, whose versions stand beside them.
package stacks
