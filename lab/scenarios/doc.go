// Package scenarios has the scenarios that the lab plays against a server: sequences of connections,
// bytes and departures that reveal facts. A scenario is a value with a name, a server configuration and
// a Play:
//
//	Scenario{
//		Name:   "pool-order-four",
//		About:  "Twelve requests for four threads: who starts when a thread is free?",
//		Server: servers.Config{Mode: "threadpool", Limit: 4, Sleep: 600 * time.Millisecond},
//		Play: func(s *Stage) {
//			s.AwaitAll(s.Burst(12, 30*time.Millisecond), 5*time.Second)
//			s.Order("starts", 1, s.Starts())
//		},
//	}
//
// A Play acts through a Stage and states facts on it. When a step fails, the Stage keeps the error and
// all later steps do nothing, so a Play needs no error checks. Scenarios do not know which server they
// play against.
package scenarios
