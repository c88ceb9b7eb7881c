package program

import (
	"slices"
	"strings"
)

// Exceptions are Python's own that a step can raise without arguments: Exception and those below it. Any other name is
// an exception that the program defines.
func Exceptions() []string { return slices.Clone(exceptions) }

var exceptions = strings.Fields(`ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError
	BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
	ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception FileExistsError
	FileNotFoundError FloatingPointError FutureWarning IOError ImportError ImportWarning IndentationError IndexError
	InterruptedError IsADirectoryError KeyError LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError
	NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError RecursionError
	ReferenceError ResourceWarning RuntimeError RuntimeWarning SyntaxError SyntaxWarning SystemError TabError TimeoutError
	TypeError UnboundLocalError UnicodeError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError`)

// Qualified is how Python names an exception that a program raises. One of the program's own belongs to the module app,
// from which servers load it.
func Qualified(exception string) string {
	switch {
	case exception == "IOError" || exception == "EnvironmentError":
		return "OSError" // of which they are other names
	case slices.Contains(exceptions, exception):
		return exception
	}
	return "app." + exception
}
