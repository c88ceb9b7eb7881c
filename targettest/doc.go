// Package targettest gives a Go test a server to talk to that behaves as FastAPI on
// Uvicorn does, or as any other of target-server's stacks: with 40 threads and a line
// behind them, a loop that one blocking handler stops, and the real one's bytes. It is
// shaped like net/http/httptest.
//
//	func TestOurClientGivesUpInLine(t *testing.T) {
//		s := targettest.New(t, targettest.Stack("uvicorn"), targettest.Limit(4))
//		s.Hold() // handlers end when the test says so
//		… have the client under test send ten requests to s.URL …
//		if err := s.WaitWaiting(t.Context(), 6); err != nil {
//			t.Fatal(err)
//		}
//		s.Release()
//	}
//
// The server runs in the test's own process, and ends with the test. [InMemory] has it
// serve connections that belong to no system, so that it works in a bubble of
// testing/synctest, in virtual time; [Processes] starts real processes. A test that
// fails prints what the server was doing. Tests may run in parallel: every server has
// an address of its own, and they share nothing.
//
// What it does not do: in the test's process there is one worker, without a parent or
// master, and no signal but [Server.Terminate].
package targettest
