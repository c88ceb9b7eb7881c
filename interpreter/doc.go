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
//   - Who is next is not the thread that has waited longest. Each wait ends after 5 ms and begins again, and which of the
//     waiting threads is woken, or just wakes up, when the lock is let go depends on when its last wait began. The thread that
//     lost the lock asks for it 5 ms later and often gets it; one that began to wait in the middle of a turn keeps out of step
//     with the others and is a little more likely to get it than they are.
package interpreter
