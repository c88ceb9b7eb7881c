// Package form reads the forms in requests as Starlette does with python-multipart: which fields and files they have,
// how they are refused, what is logged, and when an upload needs a thread.
//
// A form is read part by part, as the body arrives. Nothing of an upload is kept: what a program can see of a file is its
// name, its size and its headers. A file of more than 1 MiB is on disk, where each write, the seek at its end and its
// close take a thread; [Work] counts them.
//
// The two parsers of python-multipart are state machines of their own here, because what they accept, what they log, and
// into how many writes they divide a file is what a client and an operator can see.
//
// Of character sets, only UTF-8 is known: a text in any other is read as Latin-1, as Starlette does if a text is not in
// the character set that it should have.
package form
