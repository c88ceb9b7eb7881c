package admin

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// get asks a handler for a path of this address.
func get(h http.Handler, path string, fields ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:9090"+path, nil)
	for i := 0; i < len(fields); i += 2 {
		req.Header.Set(fields[i], fields[i+1])
	}
	rw := httptest.NewRecorder()
	h.ServeHTTP(rw, req)
	return rw
}

// Every file of the page is served with its type and its policy, and not a second time to a browser that has it.
func TestPageFiles(t *testing.T) {
	h, p := Handler(nil, Access{Token: "hush"}), newPage()
	for path, f := range p {
		got := get(h, path)
		head := got.Header()
		if got.Code != http.StatusOK || got.Body.String() != string(f.body) || head.Get("Content-Security-Policy") != policy ||
			head.Get("X-Content-Type-Options") != "nosniff" || head.Get("Referrer-Policy") != "no-referrer" || head.Get("Content-Type") != f.kind {
			t.Errorf("%s: %d %v", path, got.Code, head)
		}
		if again := get(h, path, "If-None-Match", "W/"+head.Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s again: %d", path, again.Code)
		}
	}
	if len(p) < 5 {
		t.Errorf("the page has %d files", len(p))
	}
	for path, kind := range map[string]string{"/": "text/html; charset=utf-8", "/page/main.js": "text/javascript; charset=utf-8", "/page/page.css": "text/css; charset=utf-8"} {
		if p[path].kind != kind {
			t.Errorf("%s has type %q", path, p[path].kind)
		}
	}
}

// The page works without inline scripts and styles, asks for nothing but files that are served and routes that exist, and
// never makes markup of a text.
func TestPageNeedsNothingElse(t *testing.T) {
	p := newPage()
	page := string(p["/"].body)
	for _, wrong := range []string{`<script>`, `style=`, `<style`, `javascript:`, ` on\w+=`, `https?://`, `src="/`, `href="/`} {
		if found := regexp.MustCompile(wrong).FindString(page); found != "" {
			t.Errorf("index.html has %q", found)
		}
	}
	needed := regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(page, -1)
	for path, f := range p {
		if !strings.HasSuffix(path, ".js") || strings.HasPrefix(path, "/page/uPlot") {
			continue
		}
		for _, imported := range regexp.MustCompile(`from "\./([^"]+)"`).FindAllStringSubmatch(string(f.body), -1) {
			needed = append(needed, []string{"", "page/" + imported[1]})
		}
		for _, wrong := range []string{`innerHTML`, `outerHTML`, `insertAdjacentHTML`, `document\.write`, `\beval\(`, `new Function`, `localStorage`, `sessionStorage`, `document\.cookie`, `indexedDB`, `https?://`} {
			if found := regexp.MustCompile(wrong).FindString(string(f.body)); found != "" {
				t.Errorf("%s has %q", path, found)
			}
		}
	}
	for _, file := range needed {
		if _, ok := p["/"+file[1]]; !ok && !strings.HasPrefix(file[1], "data:") {
			t.Errorf("%s is needed, and not served", file[1])
		}
	}
	if len(needed) < 3 {
		t.Errorf("index.html needs %q", needed)
	}
}

// No answer of the address can be taken for a page or a script, or be shown in another page.
func TestEveryAnswerIsHardened(t *testing.T) {
	h := Handler(refusing{}, Access{})
	for _, path := range []string{"/", "/nowhere", "/stats?x", "/openapi.yaml", "/page/nothing", "/limit"} {
		head := get(h, path).Header()
		if !strings.Contains(head.Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(head.Get("Content-Security-Policy"), "frame-ancestors 'none'") ||
			head.Get("X-Content-Type-Options") != "nosniff" || head.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: %v", path, head)
		}
		if kept := head.Get("Cache-Control"); kept != "no-store" && (path != "/" || kept != "no-cache") {
			t.Errorf("%s: Cache-Control: %s", path, kept)
		}
	}
}
