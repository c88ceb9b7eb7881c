package runs

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// jsonRow is a row of --log-format json.
type jsonRow struct {
	Arrival string   `json:"arrival"`
	Start   string   `json:"start"`
	End     string   `json:"end"`
	Wait    *float64 `json:"wait"`
	Work    *float64 `json:"work"`
	Worker  int      `json:"worker"`
	Thread  int      `json:"thread_number"`
	Number  int      `json:"number"`
	Outcome string   `json:"outcome"`
	ID      string   `json:"id"`
	Level   string   `json:"level"`
	Message string   `json:"message"`
}

// jsonLine reads a line if it is a row. Other lines are those of the server itself.
func (r *reader) jsonLine(line []byte, whole bool) error {
	if len(line) == 0 || line[0] != '{' {
		return nil
	}
	var parsed jsonRow
	err := json.Unmarshal(line, &parsed)
	switch {
	case err != nil && !whole:
		r.cutOff = true
		return nil
	case err != nil && bytes.Contains(line, []byte(`"arrival"`)):
		r.wrong()
		return nil
	case err != nil || parsed.Arrival == "":
		if parsed.Level == "warn" {
			r.warned(parsed.Message)
		}
		return nil
	}
	return r.addJSON(parsed)
}

func (r *reader) addJSON(parsed jsonRow) error {
	one := row{
		wait: -1, work: -1, worker: parsed.Worker, thread: parsed.Thread, number: parsed.Number, outcome: parsed.Outcome, id: parsed.ID,
	}
	if parsed.Wait != nil {
		one.wait = *parsed.Wait
	}
	if parsed.Work != nil {
		one.work = *parsed.Work
	}
	if !one.times(parsed.Arrival, parsed.Start, parsed.End) {
		r.wrong()
		return nil
	}
	return r.add(one)
}

// array reads the answer of GET /requests.
func (r *reader) array(input io.Reader) error {
	ending := &ending{Reader: input}
	decoder := json.NewDecoder(ending)
	if _, err := decoder.Token(); err != nil {
		return errors.New("is not JSON; accepted: " + Accepted)
	}
	for decoder.More() {
		var parsed jsonRow
		if err := decoder.Decode(&parsed); err != nil {
			if errors.Is(err, errLongRow) {
				return err
			}
			r.cutOff = true
			break
		}
		ending.row = decoder.InputOffset()
		if err := r.addJSON(parsed); err != nil {
			return err
		}
	}
	return nil
}

// times sets the moments, and reports whether they can be.
func (r *row) times(arrival, start, end string) bool {
	for _, one := range []struct {
		text string
		to   *time.Time
	}{{arrival, &r.arrival}, {start, &r.start}, {end, &r.end}} {
		if one.text == "" {
			continue
		}
		moment, ok := parseTime(one.text)
		if !ok {
			return false
		}
		*one.to = moment
	}
	return r.plausible()
}

// parseTime reads a moment as rows have it, or as seconds since 1970.
func parseTime(text string) (time.Time, bool) {
	if moment, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return moment, true
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(seconds) || math.Abs(seconds) > 1e11 {
		return time.Time{}, false
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)), true
}

// isHeader reports whether a line is the head of a table.
func isHeader(line []byte) bool {
	columns, err := csv.NewReader(bytes.NewReader(line)).Read()
	return err == nil && line[0] != '{' && len(columns) > 1 && (slices.Contains(columns, "arrival") || slices.Contains(columns, "end"))
}

// table reads the rest of a CSV file with the given head.
func (r *reader) table(head string, input *bufio.Reader) error {
	columns, _ := csv.NewReader(strings.NewReader(head)).Read() // it was read before
	column := map[string]int{}
	for i, name := range columns {
		column[strings.TrimSpace(name)] = i
	}
	for _, name := range []string{"arrival", "end"} {
		if _, ok := column[name]; !ok {
			return errors.New("line 1 has no column " + name + "; accepted: a head with arrival, start and end, as --trace writes it")
		}
	}
	ending := &ending{Reader: input}
	rows := csv.NewReader(ending)
	rows.FieldsPerRecord, rows.ReuseRecord = -1, true
	for {
		fields, err := rows.Read()
		ending.row = rows.InputOffset()
		r.lines++
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errLongRow):
			return err
		case err != nil && !errors.As(err, new(*csv.ParseError)):
			return fmt.Errorf("cannot be read (%w)", err)
		case err != nil, len(fields) < len(columns):
			if ending.over && ending.last != '\n' && rows.InputOffset() == ending.read {
				r.cutOff = true
				return nil
			}
			r.wrong()
			continue
		}
		if err := r.addFields(column, fields); err != nil {
			return err
		}
	}
}

// ending remembers how a file ends. It ends a file whose next row does not.
type ending struct {
	io.Reader
	read, row int64 // how much was read, and where the row begins that is read
	last      byte
	over      bool
}

// longestRow is about the longest row of a table or an array, which may have several lines, with what is read ahead.
const longestRow = 4 * longestLine

var errLongRow = fmt.Errorf("has a row that is longer than %d bytes; accepted: %s", longestRow, Accepted)

func (e *ending) Read(p []byte) (int, error) {
	if e.read-e.row > longestRow {
		return 0, errLongRow
	}
	n, err := e.Reader.Read(p)
	if n > 0 {
		e.read, e.last = e.read+int64(n), p[n-1]
	}
	if errors.Is(err, io.ErrUnexpectedEOF) { // of a compressed file
		err, e.last = io.EOF, 0
	}
	e.over = e.over || err != nil
	return n, err
}

// addFields adds a row of a table. A column that is missing is as one that is empty.
func (r *reader) addFields(column map[string]int, fields []string) error {
	field := func(name string) string {
		if i, ok := column[name]; ok && i < len(fields) {
			return strings.Clone(fields[i])
		}
		return ""
	}
	if field("arrival") == "" && field("level") == "warn" {
		r.warned(field("message"))
		return nil
	}
	one := row{outcome: field("outcome"), id: field("id"), wait: -1, work: -1}
	ok := one.times(field("arrival"), field("start"), field("end"))
	for name, to := range map[string]*int{"worker": &one.worker, "thread_number": &one.thread, "number": &one.number} {
		if text := field(name); text != "" {
			n, err := strconv.Atoi(text)
			*to, ok = n, ok && err == nil
		}
	}
	for name, to := range map[string]*float64{"wait": &one.wait, "work": &one.work} {
		if text := field(name); text != "" {
			v, err := strconv.ParseFloat(text, 64)
			*to, ok = v, ok && err == nil
		}
	}
	if !ok || !one.plausible() {
		r.wrong()
		return nil
	}
	return r.add(one)
}
