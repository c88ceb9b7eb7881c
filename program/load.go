package program

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/spelling"
)

// Load reads the file at path, or the built-in program of that name if there is no such file, or a folder. Paths in file(...) are
// relative to the file's own folder. The error of a file that can be read is a [*Problems]; any other is meant to follow
// the name of a flag.
func Load(path string) (*Program, error) {
	info, err := os.Stat(path)
	builtin, found := Builtin(path)
	switch {
	case found && err == nil && info.IsDir():
	case err == nil || !found:
		text, err := slurp(path)
		if err != nil {
			return nil, err
		}
		return Read(path, text, distribution.FilesIn(filepath.Dir(path)))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, unreadable(path, "opened", err)
	}
	return Read(path, builtin, nil)
}

// LoadFrom reads a program from a stream such as standard input. Paths in file(...) are relative to the working directory.
func LoadFrom(name string, stream io.Reader) (*Program, error) {
	text, err := io.ReadAll(io.LimitReader(stream, LargestFile+1))
	if err != nil {
		return nil, unreadable(name, "read", err)
	}
	return Read(name, text, distribution.FilesIn(""))
}

// slurp reads a file, up to one byte more than is accepted.
func slurp(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, "opened", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a directory; accepted: %s", quoted(path), acceptedFile())
	}
	text, err := io.ReadAll(io.LimitReader(f, LargestFile+1))
	if err != nil {
		return nil, unreadable(path, "read", err)
	}
	return text, nil
}

func unreadable(path, how string, err error) error {
	var wrong *fs.PathError
	if errors.As(err, &wrong) {
		err = wrong.Err
	}
	if meant := spelling.Nearest(path, Builtins()); meant != "" && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s cannot be %s (%w); did you mean %s? accepted: %s", quoted(path), how, err, meant, acceptedFile())
	}
	return fmt.Errorf("%s cannot be %s (%w); accepted: %s", quoted(path), how, err, acceptedFile())
}

// acceptedFile says what Load accepts.
func acceptedFile() string {
	names := Builtins()
	last := len(names) - 1
	return "a readable YAML file, or the name of a built-in program: " + strings.Join(names[:last], ", ") + " or " + names[last]
}

// quoted shows a path, of which all counts.
func quoted(path string) string {
	const longest = 1024
	if len(path) > longest {
		path = strings.ToValidUTF8(path[:longest], "") + "…"
	}
	return strconv.Quote(path)
}
