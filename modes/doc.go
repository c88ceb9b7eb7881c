// Package modes holds the ways to run a function: where its work runs and what it
// keeps busy. Each mode is one short file.
//
// A mode is called once for each call of a function, such as the article's handler or a
// dependency of a program, as a step of the process's loop. The contract:
//
//   - It calls Program.Begin, then Program.Next for each step, which it takes, until that
//     returns Return, and then Program.End; or Program.Refuse alone; or Program.Begin and,
//     instead of a step, Program.Fail.
//   - After End it calls Program.Resume exactly once, in a step of the loop.
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
