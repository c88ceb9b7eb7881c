package python_test

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/target-server/target-server/program"
)

// contentFor is a form with every field, as browsers send it.
func contentFor(form []program.Field) (kind, content string) {
	if form == nil {
		return "", ""
	}
	var b strings.Builder
	for _, f := range form {
		file := ""
		if f.IsFile {
			file = `; filename="a.txt"`
		}
		fmt.Fprintf(&b, "--limit\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\nvalue\r\n", f.Name, file)
	}
	return "multipart/form-data; boundary=limit", b.String() + "--limit--\r\n"
}

// wrongBytes is what is wrong with a stream or a file.
func (q request) wrongBytes(got answer) string {
	if got.Status != q.route.Status {
		return fmt.Sprintf("answered %d instead of %d", got.Status, q.route.Status)
	}
	if q.route.Stream == program.Whole {
		want := make([]byte, q.route.File)
		program.FileBytes(want, 0)
		if got.Body != string(want) {
			return fmt.Sprintf("answered a file of %d bytes %.30q…, instead of %d bytes %.30q…", len(got.Body), got.Body, len(want), want)
		}
		return q.wrongHeaders(got)
	}
	least, most, raises := sentBytes(q.route.Steps)
	if raises || got.Raised != "" {
		least = 0
	}
	rest := strings.Trim(got.Body, "x")
	if q.route.Stream == program.InEvents {
		rest = strings.ReplaceAll(strings.ReplaceAll(got.Body, "x", ""), "data: \n\n", "")
	}
	if len(got.Body) < least || len(got.Body) > most || rest != "" {
		return fmt.Sprintf("sent %d bytes instead of %d to %d, with %.30q among them", len(got.Body), least, most, rest)
	}
	return q.wrongHeaders(got)
}

// sentBytes is how much steps send at least, unless they raise an exception, and at most.
func sentBytes(steps []program.Step) (least, most int, raises bool) {
	for _, s := range steps {
		low, high, failed := sentBytes(s.Do)
		raises = raises || failed || s.Kind == program.Raise
		switch s.Kind {
		case program.Send:
			least, most = least+s.Size, most+s.Size
		case program.Repeat:
			least, most = least+s.Times*low, most+s.Times*high
		case program.Share:
			most += high
		}
	}
	return least, most, raises
}

// ownHeaders are those that the framework writes, and whether they come before those of the program.
func (q request) ownHeaders() (names []string, first bool) {
	switch r := q.route; {
	case r.Status == http.StatusNoContent, r.Status == http.StatusNotModified:
		return nil, r.ResponseModel
	case r.Stream == program.InEvents && !q.older:
		return []string{"content-type", "cache-control", "x-accel-buffering"}, true
	case r.Stream != program.Whole:
		return []string{"content-type"}, false
	case (r.File != 0 || q.static) && q.older:
		return []string{"content-type", "content-length", "last-modified", "etag"}, false
	case r.File != 0 || q.static:
		return []string{"content-type", "accept-ranges", "content-length", "last-modified", "etag"}, false
	default:
		return []string{"content-length", "content-type"}, r.ResponseModel
	}
}
