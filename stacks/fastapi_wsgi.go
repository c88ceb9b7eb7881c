package stacks

// Uncallable is an application that its server cannot call: every request brings
// the exception.
type Uncallable struct{ Exception string }

// fastapiOnWSGI is FastAPI where a WSGI application is expected: the article's
// TypeError, as Python 3.11 words it.
var fastapiOnWSGI = Uncallable{"TypeError: FastAPI.__call__() missing 1 required positional argument: 'send'"}
