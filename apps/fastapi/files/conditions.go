package files

import (
	"slices"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// NotModified reports whether the client has the file already (StaticFiles.is_not_modified). lines are those of the
// file's answer.
func (r *Release) NotModified(a *Asked, lines []http1.Line) bool {
	tag := value(lines, "etag")
	if match := a.IfNoneMatch; r.listsTags && match.Value != "" {
		if strip(match.Value) == "*" {
			return true
		}
		return slices.ContainsFunc(strings.Split(match.Value, ","), func(listed string) bool {
			return strings.TrimPrefix(strip(listed), "W/") == tag
		})
	} else if !r.listsTags && match.Given && match.Value == tag {
		return true
	}
	if !a.IfModifiedSince.Given {
		return false
	}
	since, ok := parseDate(a.IfModifiedSince.Value)
	modified, _ := parseDate(value(lines, "last-modified"))
	return ok && slices.Compare(since[:], modified[:]) >= 0
}

// NotModifiedLines are the lines of the file's answer that a 304 has too (NotModifiedResponse).
func NotModifiedLines(lines []http1.Line) []http1.Line {
	var kept []http1.Line
	for _, l := range lines {
		switch l.Name {
		case "cache-control", "content-location", "date", "etag", "expires", "vary":
			kept = append(kept, l)
		}
	}
	return kept
}

// usesRange reports whether the file is still the one of which the client has a part (FileResponse._should_use_range).
func usesRange(ifRange string, lines []http1.Line) bool {
	if strings.HasPrefix(ifRange, "W/") {
		return false
	}
	return ifRange == value(lines, "last-modified") || ifRange == value(lines, "etag")
}
