package files

import (
	_ "embed"
	"strings"
)

// table is mimetypes._types_map_default of Python 3.11.2. Python also reads the system's own table (/etc/mime.types)
// where there is one, which images of Python without further packages do not have.
//
//go:embed mimetypes.txt
var table string

var typesBySuffix = func() map[string]string {
	types := map[string]string{}
	for line := range strings.Lines(table) {
		suffix, kind, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		types[suffix] = kind
	}
	return types
}()

// suffixes stand for others (mimetypes.suffix_map).
var suffixes = map[string]string{
	".svgz": ".svg.gz", ".tgz": ".tar.gz", ".taz": ".tar.gz", ".tz": ".tar.gz", ".tbz2": ".tar.bz2", ".txz": ".tar.xz",
}

// encodings are the suffixes of a compressed file, after that of its type (mimetypes.encodings_map).
var encodings = map[string]bool{".gz": true, ".Z": true, ".bz2": true, ".xz": true, ".br": true}

// GuessType is the type that mimetypes.guess_type names for an absolute path, or "".
func GuessType(path string) string {
	base, ext := splitExt(path)
	for longer := suffixes[strings.ToLower(ext)]; longer != ""; longer = suffixes[strings.ToLower(ext)] {
		base, ext = splitExt(base + longer)
	}
	if encodings[ext] {
		_, ext = splitExt(base)
	}
	return typesBySuffix[strings.ToLower(ext)]
}

// splitExt is posixpath.splitext: dots at the beginning of a name begin no suffix.
func splitExt(path string) (base, ext string) {
	name := path[strings.LastIndexByte(path, '/')+1:]
	bare := strings.TrimLeft(name, ".")
	dot := strings.LastIndexByte(bare, '.')
	if dot < 0 {
		return path, ""
	}
	at := len(path) - len(bare) + dot
	return path[:at], path[at:]
}
