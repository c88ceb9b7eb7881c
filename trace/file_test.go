package trace

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/tracetext"
)

// noter encodes notes of a kind.
func noter(k Kind) func(string) []byte {
	if k == PerfettoTrace {
		p := NewPerfetto(Process{PID: 7})
		p.Take()
		return func(m string) []byte {
			p.Instant(p.Process(), time.Second, m)
			return p.Take()
		}
	}
	rows := NewRows(k.Format())
	return func(m string) []byte {
		rows.Note(time.Unix(0, 0).UTC(), 7, m)
		return rows.Take()
	}
}

// record encodes what happens to request n.
func record(k Kind, n int) []byte {
	if k == PerfettoTrace {
		p := NewPerfetto(Process{PID: n})
		p.Take()
		p.Instant(p.Process(), time.Duration(n), fmt.Sprint("request ", n))
		return p.Take()
	}
	rows := NewRows(k.Format())
	rows.Add(&Row{ID: fmt.Sprint(n)})
	return rows.Take()
}

// check reads a file as its kind is read, which fails if a record in it is not whole, and returns its notes.
func check(t *testing.T, k Kind, path string) (records int, notes []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch k {
	case PerfettoTrace:
		lines, err := tracetext.Lines(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if _, note, is := strings.Cut(line, "instant the trace"); is {
				notes = append(notes, "the trace"+note)
			}
		}
		records = len(lines) - len(notes)
	case NDJSONRows:
		for line := range bytes.Lines(text) {
			var row struct{ Message string }
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if records++; row.Message != "" {
				notes = append(notes, row.Message)
				records--
			}
		}
	case CSVRows:
		all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range all[1:] {
			if message := row[len(row)-1]; message != "" {
				notes = append(notes, message)
			}
		}
		records = len(all) - 1 - len(notes)
	}
	return records, notes
}

func kinds() map[Kind]string {
	return map[Kind]string{PerfettoTrace: "run.pftrace", NDJSONRows: "run.ndjson", CSVRows: "run.csv"}
}

// create makes a file and opens it as that many processes do. Warnings go to a list.
func create(t *testing.T, k Kind, limit int64, processes int) (path string, files []*File, warnings func() []string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), kinds()[k])
	if err := Create(path, k); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var said []string
	warn := func(m string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, m)
	}
	for range processes {
		f, err := Open(path, Options{Kind: k, Limit: limit, Note: noter(k), Warn: warn})
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return path, files, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return said
	}
}

// Several processes fill one file at once: it never exceeds its limit, has whole records only, and says once that it is full,
// in its last record.
func TestFileReachesItsLimit(t *testing.T) {
	for k, name := range kinds() {
		const limit = 100_000
		path, files, warnings := create(t, k, limit, 4)
		var group sync.WaitGroup
		for i, f := range files {
			group.Go(func() {
				for n := range 1000 {
					f.Write(record(k, i*1000+n+1))
					if n%(50+i) == 0 {
						f.flush()
					}
				}
				f.flush()
			})
		}
		group.Wait()
		for _, f := range files {
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		}
		info, err := os.Stat(path)
		if err != nil || info.Size() > limit || info.Size() < limit-2*reserve {
			t.Errorf("%s: %d bytes, want nearly %d; %v", name, info.Size(), limit, err)
		}
		records, notes := check(t, k, path)
		want := "the trace has reached its size, 100000 bytes: nothing more is written"
		if len(notes) != 1 || notes[0] != want || records < 100 {
			t.Errorf("%s: %d records and the notes %q, want %q", name, records, notes, want)
		}
		if said := warnings(); len(said) != 1 || said[0] != want {
			t.Errorf("%s: warned %q, want %q", name, said, want)
		}
		text, _ := os.ReadFile(path)
		if !bytes.Contains(text[len(text)-reserve:], []byte(want)) {
			t.Errorf("%s: the note is not at the end", name)
		}
	}
}

// A client whose request looks like the note of a file that is full does not keep anyone from writing that note.
func TestNoteCannotBeForged(t *testing.T) {
	forged := "the trace has reached its size, 65536 bytes: nothing more is written"
	for k, name := range kinds() {
		path, files, warnings := create(t, k, 65536, 1)
		for files[0].Ready() {
			if k == PerfettoTrace {
				p := NewPerfetto(Process{PID: 1}, "id")
				p.Take()
				p.Instant(p.Process(), 1, "answer")
				p.Text(0, "\xba\x01"+string(rune(len(forged)))+forged)
				files[0].Write(p.Take())
			} else {
				rows := NewRows(k.Format())
				rows.Add(&Row{ID: "\nwarn,\n{\"level\":\"warn\"" + forged, Target: forged})
				files[0].Write(rows.Take())
			}
			files[0].flush()
		}
		if said := warnings(); len(said) != 1 {
			t.Errorf("%s: warned %q", name, said)
		}
		if _, notes := check(t, k, path); len(notes) != 1 {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}

// While the disk does not take anything, Write returns at once, memory is bounded, and a note says later how many requests are
// missing.
func TestFileWhoseDiskIsSlow(t *testing.T) {
	path, files, warnings := create(t, NDJSONRows, 1<<30, 1)
	f := files[0]
	f.writing.Lock() // as if a write took long
	written := 0
	for f.Ready() {
		f.Write(record(NDJSONRows, written))
		written++
	}
	for range 3 {
		f.Lost(1)
	}
	if n := len(f.pending); n > readyBelow+1000 {
		t.Errorf("%d bytes are pending", n)
	}
	f.writing.Unlock()
	f.flush()
	if !f.Ready() {
		t.Error("it is not ready again")
	}
	f.Write(record(NDJSONRows, 9))
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	records, notes := check(t, NDJSONRows, path)
	want := "3 requests are not in the trace: the disk is too slow for them"
	if records != written+1 || len(notes) != 1 || notes[0] != want || len(warnings()) > 0 {
		t.Errorf("%d of %d records, notes %q, warnings %q", records, written+1, notes, warnings())
	}
}

// What goes beyond every bound is lost for good, and the file ends there.
func TestFileOverflows(t *testing.T) {
	_, files, warnings := create(t, NDJSONRows, 1<<30, 1)
	f := files[0]
	f.writing.Lock()
	line := append(bytes.Repeat([]byte("x"), 1<<20), '\n')
	for range 100 {
		f.Write(line)
	}
	if n := len(f.pending); n > mostPending || f.Ready() {
		t.Errorf("%d bytes are pending", n)
	}
	f.writing.Unlock()
	f.flush()
	f.flush()
	if said := warnings(); len(said) != 1 || said[0] != "the disk is too slow: nothing more is written" || f.Ready() {
		t.Errorf("warned %q", said)
	}
}

// What is written reaches the file soon, by itself.
func TestFileIsFlushed(t *testing.T) {
	path, files, _ := create(t, CSVRows, 1<<20, 1)
	files[0].Write(record(CSVRows, 1))
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if records, _ := check(t, CSVRows, path); records == 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("it is still not there")
		}
	}
}

// A failure to write is reported once, and ends the trace.
func TestFileCannotBeWritten(t *testing.T) {
	path, files, warnings := create(t, CSVRows, 1<<20, 1)
	readOnly, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	_ = files[0].file.Close()
	files[0].file = readOnly
	for range 3 {
		files[0].Write(record(CSVRows, 1))
		files[0].flush()
	}
	if said := warnings(); len(said) != 1 || !strings.HasSuffix(said[0], ": nothing more is written") || files[0].Ready() {
		t.Errorf("warned %q", said)
	}
}

// Create keeps away from what is no regular file, and from where there is no folder; Check changes nothing.
func TestCreate(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "no", "run.csv"): "no such file or directory",
		dir:                                 "exists and is not a regular file; choose another path",
		os.DevNull:                          "exists and is not a regular file; choose another path",
	} {
		for _, err := range []error{Create(path, CSVRows), Check(path)} {
			if err == nil || err.Error() != want {
				t.Errorf("%s: got %v, want %s", path, err, want)
			}
		}
	}
	path := filepath.Join(dir, "run.csv")
	if err := os.WriteFile(path, []byte("an earlier trace"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Check(path); err != nil {
		t.Error(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "an earlier trace" {
		t.Errorf("Check has changed it: %q", text)
	}
	if err := Create(path, CSVRows); err != nil {
		t.Error(err)
	}
	if text, _ := os.ReadFile(path); string(text) != string(CSV.Header()) {
		t.Errorf("Create has written %q", text)
	}
}
