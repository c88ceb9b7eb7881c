package program

import "fmt"

// Feature is something that a program may have and not every framework.
type Feature string

// The features, named as in a file.
const (
	Dependencies  Feature = "dependencies"         // and so depends and session
	ResponseModel Feature = "response_model"       // of a route
	Background    Feature = "background"           // tasks after an answer
	Async         Feature = "async"                // functions
	DefFunctions  Feature = "def"                  // functions
	Pools         Feature = "pools"                // and so query
	AsyncPool     Feature = "an asynchronous pool" // which async functions query
	Streams       Feature = "stream"               // and so send
	Files         Feature = "file"                 // of a route
	Forms         Feature = "form"                 // of a route
	Static        Feature = "static"               // folders
	Interpreter   Feature = "cpu and gil"          // steps
)

// use is where a program uses a feature.
type use struct {
	feature Feature
	name    string  // its key in the file, or the feature's
	at      Problem // without a text
}

// Terms are the features that a stack does not have, with the reasons.
type Terms map[Feature]Term

// Term says why a stack does not have a feature, and what is accepted instead.
type Term struct{ Reason, Accepted string }

// Check returns a [*Problems] with each use of a feature that the terms refuse, or nil. It knows the uses of programs that
// [Read] or [Check] returned.
func (t Terms) Check(p *Program) error {
	found := Problems{File: p.File}
	for _, u := range p.features {
		term, refused := t[u.feature]
		if !refused {
			continue
		}
		u.at.What = fmt.Sprintf("%s cannot be used: %s", u.name, term.Reason)
		u.at.Accepted = "accepted: " + term.Accepted
		found.List = append(found.List, u.at)
	}
	inOrder(found.List)
	return found.orNil()
}
