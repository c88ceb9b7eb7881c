package runs

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/plot"
)

// Most is the greatest number of requests in a file.
const Most = 5_000_000

// longestLine is the longest line of a file, in bytes. A request's head is much shorter.
const longestLine = 1 << 20

// Accepted says what Read reads.
const Accepted = "the rows of --log-format json, or a file of --trace"

// Read reads a run from a file in any of the formats, by its content; it may be compressed by gzip. notes says what was
// left out because it could not be read, such as the last line of a server that was killed. An error is one line that
// does not name the file.
func Read(name string, file io.Reader) (run Run, notes []string, err error) {
	input := bufio.NewReaderSize(file, 1<<16)
	if magic, _ := input.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(input)
		if err != nil {
			return run, nil, fmt.Errorf("cannot be unpacked (%w); accepted: %s", err, Accepted)
		}
		input = bufio.NewReaderSize(unpacked, 1<<16)
	}
	r, read := &reader{}, (*reader).read
	if begin, _ := input.Peek(2); isPerfetto(begin) {
		read = (*reader).trace
	}
	if err := read(r, input); err != nil {
		return run, nil, err
	}
	run, err = r.run(name)
	return run, r.notes(), err
}

// reader collects the rows of a file.
type reader struct {
	rows   []row
	lines  int    // so far
	blank  bool   // nothing but white space so far
	first  string // the first line, or its beginning
	bad    int    // how many rows could not be read
	badAt  int    // the line of the first of them
	cutOff bool   // the file ends in the middle of a row
	said   []string
}

// row is a request as a file has it.
type row struct {
	arrival, start, end time.Time // start and end may be zero
	wait, work          float64   // in seconds; below 0 if absent
	worker, thread      int
	number              int
	outcome, id         string
}

var errTooMany = fmt.Errorf("has more than %d requests; accepted: a shorter run", Most)

func (r *reader) add(one row) error {
	if len(r.rows) == Most {
		return errTooMany
	}
	one.id, one.outcome = shown(one.id), shown(one.outcome)
	r.rows = append(r.rows, one)
	return nil
}

// longestShown is how much of a text is kept, in bytes: a bound on the number of requests is a bound on memory only if each is
// bounded too.
const longestShown = 100

// shown is a text that is no longer than a picture can show.
func shown(text string) string {
	if len(text) <= longestShown {
		return text
	}
	return strings.ToValidUTF8(text[:longestShown], "") + "…"
}

// wrong counts a row that could not be read, in the current line.
func (r *reader) wrong() {
	if r.bad++; r.bad == 1 {
		r.badAt = r.lines
	}
}

// warned takes a message from a trace about itself, which says that it lacks something. The server's own warnings are not
// about the file.
func (r *reader) warned(message string) {
	const most = 10
	ofTrace := strings.HasSuffix(message, "nothing more is written") || strings.Contains(message, " are not in the trace")
	if ofTrace && len(r.said) < most && len(message) < longestLine/1000 {
		r.said = append(r.said, plot.Printable(message))
	}
}

func (r *reader) notes() []string {
	notes := r.said
	switch {
	case r.bad == 1:
		notes = append(notes, fmt.Sprintf("line %d is not a whole row, and is left out", r.badAt))
	case r.bad > 1:
		notes = append(notes, fmt.Sprintf("%d lines are not whole rows, and are left out; the first is line %d", r.bad, r.badAt))
	}
	if r.cutOff {
		notes = append(notes, "the file ends in the middle of a row, which is left out")
	}
	return notes
}

// read reads a file of any format.
func (r *reader) read(input *bufio.Reader) error {
	r.blank = true
	for {
		line, err := r.line(input)
		if err != nil {
			return err
		}
		if line == nil {
			return nil
		}
		text := bytes.TrimPrefix(bytes.TrimSpace(line), []byte("\ufeff"))
		if r.blank && len(text) > 0 {
			r.blank, r.first = false, string(text[:min(len(text), 200)])
			switch {
			case text[0] == '[':
				return r.array(io.MultiReader(bytes.NewReader(line), input))
			case isHeader(text):
				return r.table(string(text), input)
			}
		}
		if err := r.jsonLine(text, line[len(line)-1] == '\n'); err != nil {
			return err
		}
	}
}

// line returns the next line, with its end, or nil at the end of the file.
func (r *reader) line(input *bufio.Reader) ([]byte, error) {
	var line []byte
	r.lines++
	for {
		part, err := input.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > longestLine:
			return nil, fmt.Errorf("line %d is longer than %d bytes; accepted: %s", r.lines, longestLine, Accepted)
		case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		case errors.Is(err, io.EOF):
			return nil, nil
		case errors.Is(err, io.ErrUnexpectedEOF): // of a compressed file
			r.cutOff = true
			return nil, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("cannot be read (%w)", err)
		}
	}
}

// run makes a run of the rows.
func (r *reader) run(name string) (Run, error) {
	switch {
	case r.blank:
		return Run{}, errors.New("is empty; accepted: " + Accepted)
	case len(r.rows) == 0 && r.bad > 0:
		return Run{}, fmt.Errorf("has no whole row (line %d is the first that cannot be read); accepted: %s", r.badAt, Accepted)
	case len(r.rows) == 0 && strings.HasPrefix(r.first, "INFO:"), len(r.rows) == 0 && strings.Contains(r.first, "[INFO]"):
		return Run{}, errors.New("has the native log, which lacks the times of arrivals; run the server with --log-format json")
	case len(r.rows) == 0:
		return Run{}, errors.New("has no requests; accepted: " + Accepted)
	}
	slices.SortStableFunc(r.rows, func(a, b row) int { return a.arrival.Compare(b.arrival) })
	run := Run{Name: name, Requests: make([]Request, len(r.rows))}
	ended := false
	for i, one := range r.rows {
		q := one.request(r.rows[0].arrival)
		run.Requests[i], ended = q, ended || q.Ended
		run.Last = max(run.Last, q.Arrival, q.Start, q.End)
	}
	if !ended {
		return Run{}, errors.New("has no request that has ended; accepted: a run in which one has")
	}
	return run, nil
}

// request converts a row. The clock of the wall, from which arrival, start and end are taken, may be set during a run:
// wait and work, which come from another clock, are better.
func (r row) request(first time.Time) Request {
	q := Request{
		Arrival: r.arrival.Sub(first), Started: !r.start.IsZero(), Ended: !r.end.IsZero(),
		Worker: r.worker, Thread: r.thread, Number: r.number, Outcome: r.outcome, ID: r.id,
	}
	if q.Started {
		q.Start = max(q.Arrival, r.start.Sub(first))
		if r.wait >= 0 {
			q.Start = q.Arrival + span(r.wait)
		}
	}
	if q.Ended {
		q.End = max(q.Arrival, q.Start, r.end.Sub(first))
		if q.Started && r.work >= 0 {
			q.End = q.Start + span(r.work)
		}
	}
	return q
}

// When a request may have arrived, and how long it may have taken: whatever is added to whatever, it fits a time.Duration.
const (
	earliest, latest = 1970, 2100 // years
	longest          = 80 * 365 * 24 * time.Hour
)

// span is a number of seconds, at most the longest.
func span(seconds float64) time.Duration {
	return time.Duration(math.Round(max(-1, min(seconds, longest.Seconds())) * float64(time.Second)))
}

// plausible reports whether a row's times can be those of a request.
func (r row) plausible() bool {
	late := func(t time.Time) bool { return !t.IsZero() && t.Sub(r.arrival).Abs() > longest }
	year := r.arrival.UTC().Year()
	return earliest <= year && year < latest && !late(r.start) && !late(r.end) && !math.IsNaN(r.wait) && !math.IsNaN(r.work)
}
