// Package interpreter simulates the lock of a Python interpreter (the GIL): only the thread that holds it runs Python
// code, so one that computes holds up all others of its process, the event loop's included.
//
// A [Lock] knows who holds it, who waits, and when that changes next. It uses no processor time and knows no clock: its
// owner, [github.com/target-server/target-server/eventloop.Loop], tells it the time, in order, and calls [Lock.Advance]
// when [Lock.Next] has come.
//
// What it imitates (CPython 3.11, ceval_gil.h):
//
//   - A thread that waits asks the holder to let go once nobody else has taken the lock for the switch interval of 5 ms.
//     C code does not hear that; Python code does so at once. So threads that compute take turns of 5 ms.
//   - The holder does not get the lock back before another thread has had it.
//   - Who is next is not the thread that has waited longest. Threads that have waited for more than one turn all wake up
//     at about the moment at which the lock is let go, since each wait ends after 5 ms and begins again; whichever of
//     them runs first takes it. One that has begun to wait since is a little more likely to get it.
package interpreter
