// Package zone finds the local time zone as the imitated programs do, from the variable TZ: [Libc] is the C library's way,
// which Python uses; other stacks build on it.
//
// The files of zones are those of the system, or else the ones in this binary: an image from scratch has none.
//
// Not imitated: leap seconds, TZDIR, and zones that change while a program runs.
package zone
