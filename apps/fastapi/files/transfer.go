package files

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/target-server/target-server/server/http1"
)

// ChunkSize is how much of a file is read at once (FileResponse.chunk_size).
const ChunkSize = 64 << 10

// Transfer is how a file is sent: the head, and which parts follow.
type Transfer struct {
	Status int
	Lines  []http1.Line
	// Refused: the file is not opened, and Body is the answer.
	Refused  bool
	Body     string
	Spans    []Span // nil if the file is sent from its beginning to its end
	Boundary string // between several spans
	size     int64
	kind     string // of the file, in each of several spans
}

// Serve decides how a file is sent (FileResponse.__call__). lines are those of [Release.Head]; boundary is called for
// several ranges.
func (r *Release) Serve(f File, status int, lines []http1.Line, a *Asked, boundary func() string) Transfer {
	t := Transfer{Status: status, Lines: lines, size: f.Size, kind: value(lines, "content-type")}
	if !r.HasRanges || status != http.StatusOK || !a.Range.Given || a.Method != http.MethodGet && a.Method != http.MethodHead {
		return t
	}
	if a.IfRange.Given && !usesRange(a.IfRange.Value, lines) {
		return t
	}
	spans, err := parseRanges(a.Range.Value, f.Size)
	switch {
	case err == unsatisfiable:
		return refusal(http.StatusRequestedRangeNotSatisfiable, "",
			http1.Line{Name: "content-range", Value: fmt.Sprintf("bytes */%d", f.Size)})
	case err != noError:
		return refusal(http.StatusBadRequest, string(err))
	case len(spans) > 0:
		t.ranges(spans, boundary)
	}
	return t
}

// refusal is a PlainTextResponse instead of the file.
func refusal(status int, text string, before ...http1.Line) Transfer {
	return Transfer{
		Status: status, Refused: true, Body: text,
		Lines: append(before, http1.Line{Name: "content-length", Value: strconv.Itoa(len(text))},
			http1.Line{Name: "content-type", Value: "text/plain; charset=utf-8"}),
	}
}

// ranges makes the transfer one of parts of the file.
func (t *Transfer) ranges(spans []Span, boundary func() string) {
	t.Status, t.Spans, t.Lines = http.StatusPartialContent, spans, slices.Clone(t.Lines)
	if len(spans) == 1 {
		s := spans[0]
		t.Lines = set(t.Lines, "content-range", fmt.Sprintf("bytes %d-%d/%d", s.Start, s.End-1, t.size))
		t.Lines = set(t.Lines, "content-length", strconv.FormatInt(s.End-s.Start, 10))
		return
	}
	t.Boundary = boundary()
	length := int64(len(t.Trailer()))
	for _, s := range spans {
		length += int64(len(t.PartHead(s))+len(PartEnd)) + s.End - s.Start
	}
	t.Lines = set(t.Lines, "content-type", "multipart/byteranges; boundary="+t.Boundary)
	t.Lines = set(t.Lines, "content-length", strconv.FormatInt(length, 10))
}

// PartEnd follows each of several spans.
const PartEnd = "\r\n"

// PartHead precedes one of several spans.
func (t *Transfer) PartHead(s Span) string {
	return fmt.Sprintf("--%s\r\nContent-Type: %s\r\nContent-Range: bytes %d-%d/%d\r\n\r\n",
		t.Boundary, t.kind, s.Start, s.End-1, t.size)
}

// Trailer follows the last of several spans.
func (t *Transfer) Trailer() string { return "--" + t.Boundary + "--" }
