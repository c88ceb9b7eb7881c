package files

import (
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"github.com/target-server/target-server/server/http1"
)

// File is a file, as os.stat tells of it, and the type that its answers name.
type File struct {
	Size     int64
	Modified time.Time // in whole seconds
	Type     string    // the value of the content-type line
}

// Head is the lines of a FileResponse: those that the handler has given come first, and it keeps those that it would
// have added itself.
func (r *Release) Head(f File, given []http1.Line) []http1.Line {
	lines := append(make([]http1.Line, 0, len(given)+5), given...)
	add := func(name, value string) {
		if find(given, name) < 0 {
			lines = append(lines, http1.Line{Name: name, Value: value})
		}
	}
	add("content-type", f.Type)
	if r.HasRanges {
		add("accept-ranges", "bytes")
	}
	add("content-length", strconv.FormatInt(f.Size, 10))
	add("last-modified", f.Modified.UTC().Format(http.TimeFormat))
	add("etag", r.tag(f))
	return lines
}

// tag is a file's entity tag: of str(st_mtime), which is a float, and its size.
func (r *Release) tag(f File) string {
	sum := md5.Sum([]byte(strconv.FormatInt(f.Modified.Unix(), 10) + ".0-" + strconv.FormatInt(f.Size, 10)))
	tag := hex.EncodeToString(sum[:])
	if r.quotesTag {
		return `"` + tag + `"`
	}
	return tag
}

// find is the index of the first line with that name, or -1.
func find(lines []http1.Line, name string) int {
	for i, l := range lines {
		if l.Name == name {
			return i
		}
	}
	return -1
}

// value is the value of the first line with that name, or "".
func value(lines []http1.Line, name string) string {
	if i := find(lines, name); i >= 0 {
		return lines[i].Value
	}
	return ""
}

// set gives a line another value, where it is, or adds it (MutableHeaders.__setitem__).
func set(lines []http1.Line, name, value string) []http1.Line {
	if i := find(lines, name); i >= 0 {
		lines[i].Value = value
		return lines
	}
	return append(lines, http1.Line{Name: name, Value: value})
}
