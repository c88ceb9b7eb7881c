package program

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// bytesType is the content type of a stream and of a file, unless the file gives one.
const bytesType = "application/octet-stream"

// eventsType is that of server-sent events.
const eventsType = "text/event-stream"

// defaultType is the content type of a route that the file gives none.
func (r *Route) defaultType() string {
	switch {
	case r.Stream == InEvents:
		return eventsType
	case r.Stream == InChunks, r.File != 0:
		return bytesType
	}
	return jsonType
}

// stream reads how a handler sends its answer.
func (r *reader) stream(n *yaml.Node) Stream {
	const accepted = "true, or sse for server-sent events"
	switch text, ok := r.text(n, accepted); {
	case !ok, text == "false":
	case text == "true":
		r.uses(n, Streams)
		return InChunks
	case text == "sse":
		r.uses(n, Streams)
		return InEvents
	default:
		r.fail(n, "accepted: "+accepted, "%s is no kind of a stream", show(text))
		return InChunks // so that its steps may send
	}
	return Whole
}

// mostChunk is the most bytes that a Send sends.
const mostChunk = 16 << 20

// sent reads the size of a chunk.
func (r *reader) sent(n *yaml.Node, b body) int {
	least := int64(1)
	switch {
	case b.stream == Whole && b.what != aRoute:
		r.fail(n, "leave it out", "send belongs into the handler of a route, and this is %s", b.what)
		return 1
	case b.stream == Whole:
		r.fail(n, "add stream: true or stream: sse to the route, or give it a body",
			"only the handler of a stream sends, and this route has a body")
		return 1
	case b.stream == InEvents:
		least = int64(len(Event(0)))
	}
	return int(r.bytesFrom(n, least, mostChunk, "chunk"))
}

// bytesFrom reads a size. what has that size.
func (r *reader) bytesFrom(n *yaml.Node, low, high int64, what string) int64 {
	accepted := "a size from " + strconv.FormatInt(low, 10) + "B to " + strconv.FormatInt(high>>20, 10) + "MiB in whole bytes, such as 64KiB"
	text, ok := r.text(n, accepted)
	bytes, whole := sizeOf(text)
	switch {
	case ok && (!whole || bytes > high):
		r.fail(n, "accepted: "+accepted, "%s is no size of a %s", show(text), what)
	case ok && bytes < low:
		r.fail(n, "accepted: "+accepted, "%s is too small for a %s", show(text), what)
	case ok:
		return bytes
	}
	return low
}

// sizeOf is the size that a text gives in whole bytes, if it does.
func sizeOf(text string) (bytes int64, whole bool) {
	m := size.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	number, err := strconv.ParseFloat(m[1], 64)
	exact := number * float64(units[m[2]])
	return int64(exact), err == nil && exact == float64(int64(exact))
}

// sizeText is how the canonical file writes a size.
func sizeText(bytes int64) string { return strconv.FormatInt(bytes, 10) + "B" }

const mostFileBytes = 1 << 30 // of all files together

// fileSize reads the size of a file.
func (r *reader) fileSize(n *yaml.Node, least int64) int64 {
	bytes := r.bytesFrom(n, least, mostFileBytes, "file")
	if r.fileSum += bytes; r.fileSum > mostFileBytes && r.fileSum-bytes <= mostFileBytes {
		r.fail(n, "accepted: together at most 1GiB", "the files of the program are too large")
	}
	return bytes
}

// fileHeaders are those that FileResponse writes.
var fileHeaders = []string{"accept-ranges", "last-modified", "etag", "content-range"}

// bytesAnswer reads the answer of a stream or a file, for which a body cannot be given as well.
func (r *reader) bytesAnswer(route *Route, parts routeParts) {
	what, at := "a stream", parts.stream
	if route.Stream == Whole {
		what, at = "a file", parts.file
	}
	if bodyless(route.Status) {
		r.fail(at, "leave it out", "an answer with status %d has no body", route.Status)
	}
	if parts.kind == nil {
		route.Type = route.defaultType()
	}
	const oneOfTwo = "leave out one of the two"
	if parts.body != nil {
		r.fail(parts.body, oneOfTwo, "the answer is %s, and so has no other body", what)
	}
	if route.ResponseModel {
		r.fail(parts.model, oneOfTwo, "a response model makes JSON, and the answer is %s", what)
	}
	switch {
	case parts.stream != nil && parts.file != nil && route.Stream != Whole:
		r.fail(parts.file, oneOfTwo, "the answer is a stream, and so cannot be a file")
	case route.Stream == InEvents && parts.kind != nil:
		r.fail(parts.kind, "leave it out", "server-sent events have the type %s", eventsType)
	case route.Stream == Whole:
		for _, h := range route.Headers {
			if slices.Contains(fileHeaders, h.Name) {
				r.fail(parts.headers, "leave it out", "FileResponse writes %s itself", h.Name)
			}
		}
	}
}

// bodyless reports whether an answer with a status has no body.
func bodyless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusNotModified
}

const (
	acceptedForm = "accepted: fields such as {title: str, picture: file}, with a question mark for one that may be missing"
	mostFields   = 100
)

// form reads the fields of a form.
func (r *reader) form(n *yaml.Node) []Field {
	r.uses(n, Forms)
	var all []Field
	for _, p := range r.pairs(n, "form", acceptedForm) {
		text, ok := r.text(p.value, "str or file")
		kind, optional := strings.CutSuffix(text, "?")
		if ok && kind != "str" && kind != "file" {
			r.fail(p.value, meant(kind, []string{"str", "file"})+"accepted: str or file, with a question mark if it may be missing",
				"%s is not the type of a field", show(text))
		}
		f := Field{Name: r.nameBy(parameterRule, p.key, acceptedParameter), IsFile: kind == "file", Optional: optional}
		if all = append(all, f); len(all) > mostFields {
			r.fail(p.key, "accepted: at most "+strconv.Itoa(mostFields), "the form has too many fields")
			break
		}
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		r.fail(n, acceptedForm, "the form has no fields")
	}
	return all
}

// checkForm looks at a form together with the rest of its route.
func (r *reader) checkForm(route *Route, n *yaml.Node) {
	for _, f := range route.Form {
		if slices.ContainsFunc(route.Parameters, func(p Parameter) bool { return p.Name == f.Name }) {
			r.fail(n, "give one of them another name", "%s is a parameter as well as a field of the form", f.Name)
		}
	}
	if route.Form != nil && (route.Method == http.MethodGet || route.Method == http.MethodHead) {
		r.warn(r.keys[n], "POST or PUT", "clients send no form with %s", route.Method)
	}
}

// A folder's path, and the name of a file in it.
var (
	folderRule   = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)
	fileNameRule = regexp.MustCompile(`^[A-Za-z0-9._~-]{1,100}(/[A-Za-z0-9._~-]{1,100}){0,9}$`)
	dots         = regexp.MustCompile(`(^|/)\.\.?(/|$)`)
)

const (
	acceptedStatic = "accepted: folders and their files such as {/static: {app.js: 12KiB, img/logo.png: 320KiB}}"
	mostFolders    = 20
	mostServed     = 1000 // files of all folders
)

// static reads the folders that are served as they are.
func (r *reader) static(n *yaml.Node) {
	r.uses(n, Static)
	for _, p := range r.pairs(n, "static", acceptedStatic) {
		path := p.key.Value
		switch {
		case len(r.program.Static) == mostFolders:
			r.fail(p.key, "accepted: at most "+strconv.Itoa(mostFolders), "the file has too many folders")
			return
		case !folderRule.MatchString(path) || dots.MatchString(path) || len(path) > mostLogged:
			r.fail(p.key, "accepted: a path such as /static, without a slash at its end", "%s is not the path of a folder", show(path))
		}
		for _, f := range r.program.Static {
			if strings.HasPrefix(path, f.Path+"/") {
				r.warn(p.key, "put it first", "FastAPI never serves the files in %s, because %s, earlier in the file, takes its requests",
					path, f.Path)
			}
		}
		folder := &Folder{Path: path, Files: r.filesOf(p)}
		r.program.Static, r.folders[folder] = append(r.program.Static, folder), p.key
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		r.fail(n, acceptedStatic, "static has no folders")
	}
}

// filesOf reads the files of a folder.
func (r *reader) filesOf(folder pair) []File {
	var all []File
	for _, p := range r.pairs(folder.value, "a folder", acceptedStatic) {
		f := File{Name: p.key.Value, Size: r.fileSize(p.value, 0)}
		if !fileNameRule.MatchString(f.Name) || dots.MatchString(f.Name) {
			r.fail(p.key, "accepted: letters, digits, dots, dashes and underscores, with slashes between folders",
				"%s is not the name of a file", show(f.Name))
		}
		for _, other := range all {
			if strings.HasPrefix(f.Name, other.Name+"/") || strings.HasPrefix(other.Name, f.Name+"/") {
				r.fail(p.key, "give one of them another name", "%s cannot be in a folder with %s: one is a file and a folder",
					show(f.Name), show(other.Name))
			}
		}
		if r.served++; r.served > mostServed {
			r.fail(p.key, "accepted: at most "+strconv.Itoa(mostServed), "the folders have too many files")
			return all
		}
		all = append(all, f)
	}
	if folder.value.Kind == yaml.MappingNode && len(folder.value.Content) == 0 {
		r.fail(folder.value, acceptedStatic, "%s has no files", folder.key.Value)
	}
	return all
}
