// Package functions runs the functions of programs that files describe (package program), for every framework: their
// steps, the lines that they print, and the connections that they take.
//
// A [Process] is what the functions of one worker share. A [Function] is one of them, and a [Call] is one call of it,
// which gives a mode its steps. What surrounds the functions of a request, such as dependencies, is the framework's.
package functions
