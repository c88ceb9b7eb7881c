package distribution

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// largestFile is the size of about a hundred thousand durations, in bytes.
const largestFile = 1 << 20

// Open opens the file that file(PATH) names.
type Open func(path string) (io.ReadCloser, error)

// FilesIn opens regular files, of which relative paths begin in a folder; an empty one is the working directory.
func FilesIn(folder string) Open {
	return func(path string) (io.ReadCloser, error) {
		if !filepath.IsAbs(path) {
			path = filepath.Join(folder, path)
		}
		info, err := os.Stat(path) // first: opening a named pipe would wait for its other end
		switch {
		case err != nil:
			return nil, err
		case !info.Mode().IsRegular():
			return nil, errors.New("not a regular file")
		}
		return os.Open(path)
	}
}

// readFile returns the durations of a file. Its error is a reason that follows the text file(PATH).
func readFile(path string, open Open) ([]time.Duration, error) {
	f, err := open(path)
	if err != nil {
		return nil, errors.New("names a file that cannot be opened (" + cause(err) + ")")
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, largestFile+1))
	switch {
	case err != nil:
		return nil, errors.New("names a file that cannot be read (" + cause(err) + ")")
	case len(content) > largestFile:
		return nil, errors.New("names a file of more than " + strconv.Itoa(largestFile>>10) + " KiB")
	}
	return parseLines(string(content))
}

// cause is an error without the path in front of it.
func cause(err error) string {
	var wrong *fs.PathError
	if errors.As(err, &wrong) {
		err = wrong.Err
	}
	return err.Error()
}

// parseLines reads a duration a line, sorted. Empty lines, and everything after a #, are ignored.
func parseLines(content string) ([]time.Duration, error) {
	var durations []time.Duration
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(content, "\ufeff")) {
		number++
		text, _, _ := strings.Cut(line, "#")
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		d, err := parseWork(text)
		if err != nil {
			return nil, errors.New("names a file whose line " + strconv.Itoa(number) + " " + err.Error())
		}
		durations = append(durations, d)
	}
	if len(durations) == 0 {
		return nil, errors.New("names a file without a duration")
	}
	slices.Sort(durations)
	return durations, nil
}
