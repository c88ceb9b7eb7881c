package trace

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/accesslog"
)

// Row is what a row says of one request: what a row of --log-format json says.
type Row struct {
	Time                    time.Time // when the row is written
	Arrived, Started, Ended time.Time // Started is zero if the handler never started
	Wait, Work              time.Duration
	Worker                  int // process id
	Number                  int // 0 if the handler never started
	Thread                  string
	ThreadNumber            int
	Route                   string
	Outcome                 string
	Status                  int // 0 if nothing was sent
	ClientLeft              bool
	Client                  []byte // valid during Add
	Method, Target, ID      string
}

// Format is how rows are written.
type Format int

// The formats.
const (
	NDJSON Format = iota // an object a line
	CSV                  // RFC 4180, with a header; each row is one line
)

// Rows encodes rows of requests. Keys are those of --log-format json; durations are in seconds. A row is a line of
// printable ASCII in NDJSON; in CSV characters that are not printable are escaped as in JSON.
type Rows struct {
	format  Format
	buffer  []byte
	scratch []byte
	stamps  [8]stamp
}

// stamp is a time that has been formatted, up to its seconds.
type stamp struct {
	second int64
	text   [19]byte
	zone   string
}

// NewRows returns an encoder.
func NewRows(format Format) *Rows { return &Rows{format: format} }

// columns are the keys of a row, in order. Message is of a [Rows.Note].
const columns = "level,time,arrival,start,end,wait,work,worker,number,thread,thread_number,route,outcome,status,client_left," +
	"client,method,target,id,message\n"

// Header is what a file begins with.
func (f Format) Header() []byte {
	if f == CSV {
		return []byte(columns)
	}
	return nil
}

// Take returns the rows encoded since the last call. They are valid until something else is encoded.
func (r *Rows) Take() []byte {
	b := r.buffer
	r.buffer = r.buffer[:0]
	return b
}

// Len is how many bytes there are to take.
func (r *Rows) Len() int { return len(r.buffer) }

// Add encodes a row.
func (r *Rows) Add(row *Row) {
	b := r.open("info")
	b = r.appendTime(b, `,"time":`, row.Time)
	b = r.appendTime(b, `,"arrival":`, row.Arrived)
	b = r.appendTime(b, `,"start":`, row.Started)
	b = r.appendTime(b, `,"end":`, row.Ended)
	b = r.appendSeconds(b, `,"wait":`, row.Wait)
	b = r.appendSeconds(b, `,"work":`, row.Work)
	b = r.appendInt(b, `,"worker":`, row.Worker, true)
	b = r.appendInt(b, `,"number":`, row.Number, row.Number > 0)
	b = r.appendText(b, `,"thread":`, row.Thread, row.Thread != "")
	b = r.appendInt(b, `,"thread_number":`, row.ThreadNumber, row.Thread != "")
	b = r.appendText(b, `,"route":`, row.Route, row.Route != "")
	b = r.appendText(b, `,"outcome":`, row.Outcome, true)
	b = r.appendInt(b, `,"status":`, row.Status, true)
	b = r.key(b, `,"client_left":`)
	b = strconv.AppendBool(b, row.ClientLeft)
	b = r.appendClient(b, row.Client)
	b = r.appendText(b, `,"method":`, row.Method, true)
	b = r.appendText(b, `,"target":`, row.Target, true)
	b = r.appendText(b, `,"id":`, row.ID, true)
	b = r.appendText(b, `,"message":`, "", false)
	r.close(b)
}

// columnsOfNote is how many columns of a note are empty, between its worker and its message.
const columnsOfNote = 11

// Note encodes a row that is about the trace itself, with a level of warn.
func (r *Rows) Note(at time.Time, worker int, message string) {
	b := r.open("warn")
	b = r.appendTime(b, `,"time":`, at)
	if r.format == CSV {
		b = append(b, ",,,,,"...)
	}
	b = r.appendInt(b, `,"worker":`, worker, true)
	if r.format == CSV {
		b = append(b, strings.Repeat(",", columnsOfNote)...)
	}
	r.close(r.appendText(b, `,"message":`, message, true))
}

func (r *Rows) open(level string) []byte {
	if r.format == CSV {
		return append(r.buffer, level...)
	}
	return append(append(append(r.buffer, `{"level":"`...), level...), '"')
}

func (r *Rows) close(b []byte) {
	if r.format == NDJSON {
		b = append(b, '}')
	}
	r.buffer = append(b, '\n')
}

// key begins a field.
func (r *Rows) key(b []byte, key string) []byte {
	if r.format == CSV {
		return append(b, ',')
	}
	return append(b, key...)
}

// absent is a field without a value.
func (r *Rows) absent(b []byte) []byte {
	if r.format == CSV {
		return append(b, ',')
	}
	return b
}

func (r *Rows) appendInt(b []byte, key string, n int, present bool) []byte {
	if !present {
		return r.absent(b)
	}
	return strconv.AppendInt(r.key(b, key), int64(n), 10)
}

// appendSeconds appends a duration, exactly.
func (r *Rows) appendSeconds(b []byte, key string, d time.Duration) []byte {
	b = r.key(b, key)
	if d < 0 {
		b, d = append(b, '-'), -d
	}
	b = strconv.AppendInt(b, int64(d/time.Second), 10)
	if d %= time.Second; d == 0 {
		return b
	}
	b = append(b, '.')
	for unit := time.Second / 10; d > 0; unit /= 10 {
		b = append(b, '0'+byte(d/unit))
		d %= unit
	}
	return b
}

// appendTime appends a time to the microsecond, unless it is zero.
func (r *Rows) appendTime(b []byte, key string, t time.Time) []byte {
	if t.IsZero() {
		return r.absent(b)
	}
	b = r.key(b, key)
	second := t.Unix()
	s := &r.stamps[second&int64(len(r.stamps)-1)]
	if s.zone == "" || s.second != second {
		s.second, s.zone = second, t.Format("Z07:00")
		copy(s.text[:], t.Format("2006-01-02T15:04:05"))
	}
	if r.format == NDJSON {
		b = append(b, '"')
	}
	b = append(append(b, s.text[:]...), '.')
	for micro, unit := t.Nanosecond()/1000, 100_000; unit > 0; unit /= 10 {
		b = append(b, '0'+byte(micro/unit%10))
	}
	b = append(b, s.zone...)
	if r.format == NDJSON {
		b = append(b, '"')
	}
	return b
}

// appendClient appends an address, or what a proxy has given as one.
func (r *Rows) appendClient(b, client []byte) []byte {
	const key = `,"client":`
	if r.format == CSV || !plain(client) {
		return r.appendText(b, key, string(client), true)
	}
	return append(append(append(append(b, key...), '"'), client...), '"')
}

func (r *Rows) appendText(b []byte, key, text string, present bool) []byte {
	if !present {
		return r.absent(b)
	}
	b = r.key(b, key)
	if r.format == CSV {
		return r.appendCell(b, text)
	}
	if plain(text) {
		return append(append(append(b, '"'), text...), '"')
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return append(b, `""`...) // cannot happen: any text can be quoted
	}
	return accesslog.AppendPrintable(b, quoted)
}

// appendCell appends a cell of CSV, on one line. A text that a spreadsheet would take for a formula, and run, has an apostrophe
// before it: clients choose what is in it.
func (r *Rows) appendCell(b []byte, text string) []byte {
	if text != "" && strings.IndexByte("=+-@", text[0]) >= 0 {
		text = "'" + text
	}
	if !plain(text) {
		text = strings.ToValidUTF8(text, "\ufffd")
		r.scratch = r.scratch[:0]
		for _, c := range text {
			if strconv.IsPrint(c) {
				r.scratch = append(r.scratch, string(c)...)
			} else {
				r.scratch = accesslog.AppendPrintable(r.scratch, []byte(string(c)))
			}
		}
		text = strings.ReplaceAll(string(r.scratch), `"`, `""`)
		return append(append(append(b, '"'), text...), '"')
	}
	if strings.Contains(text, ",") {
		return append(append(append(b, '"'), text...), '"')
	}
	return append(b, text...)
}

// plain reports whether a text is printable ASCII that needs no escape in JSON.
func plain[T string | []byte](text T) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
