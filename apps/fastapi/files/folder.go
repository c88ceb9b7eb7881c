package files

import (
	"path"
	"strconv"
	"strings"

	"github.com/target-server/target-server/program"
)

// Folder is the files of a folder that is mounted (StaticFiles).
type Folder struct {
	name    string
	beside  []*Folder // all folders of the program, which are in one
	files   map[string]program.File
	folders map[string]bool
}

// Folders are the folders of a program. The printed program makes them beside each other, as static_1, static_2 and so on.
func Folders(all []*program.Folder) []*Folder {
	var made []*Folder
	for i, f := range all {
		made = append(made, newFolder("static_"+strconv.Itoa(i+1), f))
	}
	for _, f := range made {
		f.beside = made
	}
	return made
}

func newFolder(name string, f *program.Folder) *Folder {
	made := &Folder{name: name, files: map[string]program.File{}, folders: map[string]bool{".": true}}
	for _, file := range f.Files {
		name := path.Clean(file.Name)
		made.files[name] = file
		for parent := path.Dir(name); !made.folders[parent]; parent = path.Dir(parent) {
			made.folders[parent] = true
		}
	}
	return made
}

// Outcome is what looking a path up comes to.
type Outcome uint8

// The outcomes.
const (
	NotFound Outcome = iota // or it is a folder
	Found
	HasZero // an exception, because there is a zero byte in it
	TooLong // an exception, because its name is too long for os.stat
)

const (
	longestName = 255  // NAME_MAX
	longestPath = 4096 // PATH_MAX, with the byte that ends it
)

// Clean is the path that StaticFiles looks up for the rest of a request's path (StaticFiles.get_path).
func Clean(rest string) string { return path.Clean(strings.TrimLeft(rest, "/")) }

// LookUp finds the file of a path that [Clean] has made (StaticFiles.lookup_path, and what get_response makes of its
// exceptions).
func (r *Release) LookUp(f *Folder, clean string) (program.File, Outcome) {
	f, clean = r.inside(f, clean)
	file, found := f.files[clean]
	switch {
	case found:
		return file, Found
	case r.checksPaths:
		return file, NotFound
	case strings.Contains(clean, "\x00"):
		return file, HasZero
	case f.tooLong(clean):
		return file, TooLong
	}
	return file, NotFound
}

// inside is where a path leads that leaves the folder: it may come back. For Starlette 0.26, a folder whose name begins
// with that of this one is inside it (os.path.commonprefix).
func (r *Release) inside(f *Folder, clean string) (*Folder, string) {
	out, left := strings.CutPrefix(clean, "../")
	name, rest, _ := strings.Cut(out, "/")
	if !left || !strings.HasPrefix(name, f.name) || r.checksPaths && name != f.name {
		return f, clean
	}
	for _, other := range f.beside {
		if other.name == name {
			return other, path.Clean(rest)
		}
	}
	return f, clean
}

// tooLong reports whether os.stat says so of a path (ENAMETOOLONG): of all of it, or of a name in a folder that exists.
func (f *Folder) tooLong(clean string) bool {
	if strings.HasPrefix(clean, "../") { // it is outside, and so not asked for
		return false
	}
	if len(clean) >= longestPath {
		return true
	}
	parent := "."
	for name := range strings.SplitSeq(clean, "/") {
		if len(name) > longestName {
			return true
		}
		if parent = path.Join(parent, name); !f.folders[parent] {
			return false
		}
	}
	return false
}

// Inside reports whether a request's path is inside a folder that is mounted at another, and what it is there
// (starlette.routing.Mount). In the regular expression, .* takes no newline, and $ also matches before one at the end,
// which Starlette 0.26 then forgets.
func (r *Release) Inside(mount, request string) (rest string, inside bool) {
	rest, inside = strings.CutPrefix(request, mount+"/")
	line := strings.TrimSuffix(rest, "\n")
	if !inside || strings.Contains(line, "\n") {
		return "", false
	}
	if r.checksPaths {
		return rest, true
	}
	return line, true
}
