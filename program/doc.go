// Package program reads the description of an application: its routes, what their handlers do, the dependencies that
// run before them, and the connection pools that they share.
//
//	p, err := program.Load("shop.yaml") // or the name of a built-in program
//
// [Read] takes the text of one YAML file and returns a [Program], or every [Problem] in it with line and column. [Check]
// does the same for Go values, by the same rules and with the same defaults. What comes from either is complete and
// valid, and nothing changes it; [Program.Warnings] is what its author probably did not mean. [Terms] tell what of it a
// stack does not have. [Builtin] returns the article's programs and some examples, which are files like any other.
//
// A program is the same again after [Program.YAML] and [Read], and after encoding/json, which is how workers get it: the
// JSON contains the durations of the files that it names.
//
// The reader takes little time and memory for any input of at most [LargestFile] bytes, and no program that it accepts
// keeps a loop or a thread busy endlessly without time passing.
//
// The package knows neither a framework nor a server. A framework in apps/ serves a Program, package python prints the
// Python that it stands for, and package explain computes its ceilings.
package program
