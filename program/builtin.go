package program

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed builtin/*.yaml
var files embed.FS

const builtinFolder = "builtin"

// Builtin returns the text of a built-in file, by its name without .yaml. It reports whether there is such a file.
func Builtin(name string) ([]byte, bool) {
	text, err := files.ReadFile(builtinFolder + "/" + name + ".yaml")
	return text, err == nil
}

// Builtins lists the names of the built-in files.
func Builtins() []string {
	entries, err := files.ReadDir(builtinFolder)
	if err != nil {
		return nil // impossible: the folder is embedded
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// ReadBuiltin reads a built-in file.
func ReadBuiltin(name string) (*Program, error) {
	text, found := Builtin(name)
	if !found {
		return nil, fmt.Errorf("no built-in program %q: %w", name, fs.ErrNotExist)
	}
	return Read(name+".yaml", text, nil)
}

// IsBuiltin reports whether there is a built-in file of that name.
func IsBuiltin(name string) bool {
	_, found := Builtin(name)
	return found
}
