package markers_test

import (
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/markers"
)

func TestFill(t *testing.T) {
	const page = "before\n<!-- it: one -->\nold\n<!-- it end -->\nbetween\n<!-- it: two -->\n<!-- it end -->\nafter\n"
	const want = "before\n<!-- it: one -->\n1\n<!-- it end -->\nbetween\n<!-- it: two -->\n2\n<!-- it end -->\nafter\n"
	got, err := markers.Fill(page, "it", map[string]string{"one": "1\n", "two": "2\n"})
	if err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if got, err = markers.Fill(page, "it", map[string]string{"three": "3\n", "two": "2\n"}); err == nil || !strings.Contains(err.Error(), "<!-- it: three -->") {
		t.Errorf("a marker that is not there: %v", err)
	}
	if !strings.Contains(got, "two -->\n2\n") {
		t.Errorf("the rest was not filled in: %q", got)
	}
	if got, err := markers.Fill("<!-- it: one -->\nno end", "it", map[string]string{"one": "1\n"}); err == nil || got != "<!-- it: one -->\nno end" {
		t.Errorf("a part without an end: got %q, %v", got, err)
	}
}
