// Package modes holds the ways to run a handler: where its work runs and what it
// keeps busy. Each mode is one short file.
//
// A mode is a function that is called once for each request, as a step of the
// process's loop, when FastAPI calls the path operation. The contract:
//
//   - It calls Program.Begin and then, Job.Sleep later, Program.End, once each; or
//     Program.Refuse alone; or Program.Begin and Program.Fail.
//   - After End it calls Program.Answer exactly once, in a step of the loop.
//   - A job that is cancelled takes no further step of the loop, but gives back
//     what it has borrowed.
//   - It never waits: it schedules steps, with Loop.Soon, After and Beside, or
//     blocks the whole loop with Loop.Block if that is what it imitates.
//   - It starts no goroutine and keeps no state except the Job.
//   - It does not check whether the client is still connected; the imitated
//     servers do not either.
//
// To add one: write the file and its test in virtual time, enter it in OnAsyncio,
// and add its name to the choices of --mode (config/options.go).
package modes
