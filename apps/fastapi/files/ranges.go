package files

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/internal/pyvalue"
)

// Span is a part of a file: from Start to just before End.
type Span struct{ Start, End int64 }

// maxRanges is how many ranges may be asked for; if there are more, the whole file is sent.
const maxRanges = 100

// rangeError is why a file's ranges are refused: by 400 with a text, or by 416.
type rangeError string

const (
	noError       rangeError = ""
	malformed     rangeError = "Malformed range header."
	otherUnits    rangeError = "Only support bytes range"
	noRange       rangeError = "Range header: range must be requested"
	backwards     rangeError = "Range header: start must be less than end"
	unsatisfiable rangeError = "416"
)

// parseRanges reads a Range field (FileResponse._parse_range_header). Without spans and error, the whole file is sent.
func parseRanges(field string, size int64) ([]Span, rangeError) {
	units, list, found := strings.Cut(field, "=")
	if !found {
		return nil, malformed
	}
	if strings.ToLower(strip(units)) != "bytes" {
		return nil, otherUnits
	}
	if strings.Count(list, ",")+1 > maxRanges {
		return nil, noError
	}
	spans := readSpans(list, size)
	switch {
	case len(spans) == 0:
		return nil, noRange
	case slices.ContainsFunc(spans, func(s Span) bool { return s.Start < 0 || s.Start >= size }):
		return nil, unsatisfiable
	case slices.ContainsFunc(spans, func(s Span) bool { return s.Start >= s.End }):
		return nil, backwards
	}
	return merge(spans), noError
}

// readSpans reads the ranges of a list, and ignores what is none (FileResponse._parse_ranges).
func readSpans(list string, size int64) []Span {
	var spans []Span
	for part := range strings.SplitSeq(list, ",") {
		first, last, found := strings.Cut(strip(part), "-")
		if first, last = strip(first), strip(last); !found || first == "" && last == "" {
			continue
		}
		if s, ok := readSpan(first, last, size); ok {
			spans = append(spans, s)
		}
	}
	return spans
}

// readSpan reads a range: from first to last, or the last bytes if first is empty.
func readSpan(first, last string, size int64) (Span, bool) {
	end := int64(0)
	if last != "" {
		n, ok := integer(last)
		if !ok {
			return Span{}, false
		}
		end = n
	}
	if first == "" {
		return Span{max(size-max(end, math.MinInt64/2), 0), size}, true
	}
	start, ok := integer(first)
	if !ok {
		return Span{}, false
	}
	if last != "" && end < size {
		return Span{start, end + 1}, true
	}
	return Span{start, size}, true
}

// merge sorts ranges and joins those that overlap or touch.
func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	merged := spans[:1]
	for _, s := range spans[1:] {
		if last := &merged[len(merged)-1]; s.Start <= last.End {
			last.End = max(last.End, s.End)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// integer is Python's int(). What is too large for 64 bits becomes the largest or the smallest that is not.
func integer(text string) (int64, bool) {
	digits, ok := pyvalue.Int(text)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil || errors.Is(err, strconv.ErrRange)
}

// strip is Python's str.strip(), for text of Latin-1.
func strip(text string) string { return strings.TrimFunc(text, isSpace) }

// isSpace is Python's str.isspace() in Latin-1.
func isSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', ' ', '\x1c', '\x1d', '\x1e', '\x1f', '\x85', '\xa0':
		return true
	}
	return false
}
