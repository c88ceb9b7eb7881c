package docs_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	links    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fences   = regexp.MustCompile("(?s)```.*?```")
	headings = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// Every relative link in a page leads to a file, and to a heading if it names one.
func TestLinks(t *testing.T) {
	root := os.DirFS("..")
	checked := 0
	for _, page := range pages(t, root) {
		for _, link := range links.FindAllStringSubmatch(fences.ReplaceAllString(text(t, root, page), ""), -1) {
			if strings.Contains(link[1], ":") { // another site
				continue
			}
			checked++
			name, anchor, _ := strings.Cut(link[1], "#")
			to := path.Join(path.Dir(page), name)
			if name == "" {
				to = page
			}
			if _, err := fs.Stat(root, to); err != nil {
				t.Errorf("%s links to %s: %v", page, link[1], err)
			} else if anchor != "" && !anchors(text(t, root, to))[anchor] {
				t.Errorf("%s links to %s: no such heading", page, link[1])
			}
		}
	}
	if checked < 50 {
		t.Errorf("links found: want 50 at least, got %d", checked)
	}
}

// The README is read in five minutes.
func TestREADMEIsShort(t *testing.T) {
	if lines := strings.Count(text(t, os.DirFS(".."), "README.md"), "\n"); lines > 150 {
		t.Errorf("README.md: want at most 150 lines, got %d", lines)
	}
}

// pages lists the Markdown files, without those of installed programs.
func pages(t *testing.T, root fs.FS) (pages []string) {
	t.Helper()
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if d.IsDir() && (name == "dist" || d.Name() == "node_modules" || d.Name() != "." && d.Name() != ".github" && d.Name()[0] == '.') {
			return fs.SkipDir
		}
		if filepath.Ext(name) == ".md" {
			pages = append(pages, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func text(t *testing.T, root fs.FS, name string) string {
	t.Helper()
	b, err := fs.ReadFile(root, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// anchors are the headings of a page as code hosts make links of them.
func anchors(page string) map[string]bool {
	found := map[string]bool{}
	for _, heading := range headings.FindAllStringSubmatch(fences.ReplaceAllString(page, ""), -1) {
		anchor := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', r >= '0' && r <= '9', r >= 'a' && r <= 'z', r > 127:
				return r
			}
			return -1
		}, strings.ToLower(heading[1]))
		found[anchor] = true
	}
	return found
}
