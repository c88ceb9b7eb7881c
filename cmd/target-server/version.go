package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// version is the version of a release, which the linker sets (tools/release.sh). If it is empty, the version that Go
// stamped into the binary counts.
var version string

// build is what is known about how this binary was built.
type build struct {
	version, revision, date string
	modified                bool
	goVersion, platform     string
}

// buildInfo reads what the Go command stamped into the binary.
func buildInfo() build {
	b := build{version: "(devel)", goVersion: runtime.Version(), platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.version = cmp.Or(version, info.Main.Version, b.version)
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.revision = s.Value
		case "vcs.time":
			b.date = s.Value
		case "vcs.modified":
			b.modified = s.Value == "true"
		}
	}
	return b
}

// String returns one line: the version, the revision if it is known, Go's version and the platform.
func (b build) String() string {
	words := []string{"target-server", b.version}
	if b.revision != "" {
		source := "revision " + b.revision
		if b.modified {
			source += " modified"
		}
		if b.date != "" {
			source += ", " + b.date
		}
		words = append(words, "("+source+")")
	}
	return strings.Join(append(words, b.goVersion, b.platform), " ")
}

func (p program) runVersion(args []string, std streams) int {
	if code, done := p.bare("version", args, std); done {
		return code
	}
	fmt.Fprintln(std.out, p.build)
	return exitFine
}
