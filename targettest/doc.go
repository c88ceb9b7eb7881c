// Package targettest gives a Go test a server to talk to that behaves like FastAPI on Uvicorn, or like any other of
// target-server's stacks: it has 40 threads and a queue for them, a loop that one blocking handler stops, and it sends
// the bytes that the real server sends. Its API is modelled on net/http/httptest.
//
//	func TestOurClientGivesUpWaiting(t *testing.T) {
//		s := targettest.New(t, targettest.Stack("uvicorn"), targettest.Limit(4))
//		s.Hold() // handlers end when the test says so
//		… have the client under test send ten requests to s.URL …
//		if err := s.WaitWaiting(t.Context(), 6); err != nil {
//			t.Fatal(err)
//		}
//		s.Release()
//	}
//
// The server runs in the test's own process and ends with the test. With [InMemory] its connections exist in memory
// only, so that it works in virtual time, in a bubble of testing/synctest. [Processes] starts real processes. A test
// that fails prints what the server was doing. Tests may run in parallel: servers share nothing, and each has its own
// address.
//
// In the test's own process there is one worker, without a parent or master, and the only signal is [Server.Terminate].
package targettest
