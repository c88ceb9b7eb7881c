// Package modes holds where a handler's work runs and what it keeps busy: one
// mode, one short file.
//
// A mode is a function that is called once for each request, as a step of the
// worker's loop, when FastAPI calls the path operation. The contract:
//
//   - It calls Program.Begin and Program.End exactly once each, in this order,
//     Job.Sleep apart; or Program.Refuse alone; or Begin and Program.Fail.
//   - It then calls Program.Answer exactly once, in a step of the loop.
//   - A job that is cancelled meanwhile takes no further step of the loop, but
//     gives back what it has borrowed.
//   - It never waits: it schedules steps, with Loop.Soon, After and Beside, or
//     holds the whole loop with Loop.Block if that is what it stands for.
//   - It starts no goroutine and keeps nothing but the Job.
//   - It does not ask whether the client is still there; the servers imitated
//     do not either.
//
// To add one: write the file and its test in virtual time, enter it in Table,
// and give it a word in the choices of --mode (config/options.go).
package modes
