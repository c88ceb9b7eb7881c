// Vet is go vet from sources alone: it type-checks the packages and all that they import without compiling anything, so that one
// more GOOS costs seconds and not a minute. What it looks for is what go vet looks for.
//
//	go build -C tools -o /tmp/vet ./vet
//	GOOS=windows CGO_ENABLED=0 /tmp/vet ./...
package main

import (
	"golang.org/x/tools/go/analysis/multichecker"
	"golang.org/x/tools/go/analysis/suite/vet"
)

func main() { multichecker.Main(vet.Suite...) }
