package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// version is what a release says that it is: the linker writes it here (tools/release.sh). Without it, Go's own stamp counts.
var version string

// build is what is known of how this binary was made.
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

// String is one line: the version, the revision if known, Go's version and the platform.
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
