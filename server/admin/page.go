package admin

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/go-chi/chi/v5"
)

//go:embed page
var pageFiles embed.FS

// policy is the content security policy of the live page: its own scripts and styles from this address, requests to this
// address, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// page is the files of the live page, by the path at which they are served. They are the same for everyone, and hold no
// figure and no setting of this server, so they need no token: a browser cannot send one before it has the page.
type page map[string]pageFile

type pageFile struct {
	kind string // the media type
	tag  string // a hash of the body, so that a browser notices another version
	body []byte
}

// newPage reads the embedded files.
func newPage() page {
	p := page{}
	entries, _ := pageFiles.ReadDir("page") // embedded, so it cannot fail
	for _, entry := range entries {
		body, _ := pageFiles.ReadFile("page/" + entry.Name())
		sum := sha256.Sum256(body)
		at := "/page/" + entry.Name()
		if entry.Name() == "index.html" {
			at = "/"
		}
		p[at] = pageFile{mediaType(entry.Name()), `"` + hex.EncodeToString(sum[:8]) + `"`, body}
	}
	return p
}

// mediaType is fixed here, because the system's table may differ.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".css":
		return "text/css; charset=utf-8"
	default:
		return "text/plain; charset=utf-8"
	}
}

// has reports whether a request asks for a file of the page.
func (p page) has(req *http.Request) bool {
	_, found := p[req.URL.Path]
	return found && req.Method == http.MethodGet
}

func (p page) serve(rw http.ResponseWriter, req *http.Request) {
	f, found := p[req.URL.Path]
	if !found {
		http.Error(rw, fmt.Sprintf("no such file: %s; the page is at /", shown(chi.URLParam(req, "file"))), http.StatusNotFound)
		return
	}
	h := rw.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-cache") // a browser may keep the file, but asks whether it is still the same
	h.Set("ETag", f.tag)
	if strings.Contains(req.Header.Get("If-None-Match"), f.tag) {
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = rw.Write(f.body)
}

// hardened tells browsers to treat no answer as anything else than it is: what clients of the server have sent is data,
// never a page, a script or a frame. Nothing is kept in a cache, where it would need no token any more.
func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		h := rw.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(rw, req)
	})
}
