// Vet is go vet without compiling: it type-checks the packages and their imports from source, so that
// another GOOS takes seconds instead of a minute. It runs the same checks as go vet.
//
//	go build -C tools -o /tmp/vet ./vet
//	GOOS=windows CGO_ENABLED=0 /tmp/vet ./...
package main

import (
	"golang.org/x/tools/go/analysis/multichecker"
	"golang.org/x/tools/go/analysis/suite/vet"
)

func main() { multichecker.Main(vet.Suite...) }
