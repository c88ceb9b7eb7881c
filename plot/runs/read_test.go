package runs

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	rowA   = `{"level":"info","time":"2026-11-30T12:00:02.000000Z","arrival":"2026-11-30T12:00:00.000000Z","start":"2026-11-30T12:00:00.500000Z","end":"2026-11-30T12:00:02.000000Z","wait":0.5000001,"work":1.5,"worker":7,"number":3,"thread":"T","thread_number":2,"outcome":"answered","status":200,"id":"a"}`
	rowB   = `{"arrival":"2026-11-30T11:59:59Z","end":"2026-11-30T12:00:01Z","wait":2,"work":0,"worker":8,"outcome":"refused","status":503,"id":"b","route":"GET /"}`
	server = `{"level":"info","time":"2026-11-30T12:00:00.000000Z","worker":7,"message":"Application startup complete."}`
	head   = "level,arrival,start,end,wait,work,worker,number,thread_number,outcome,id,message\n"
	cellsA = "info,2026-11-30T12:00:00.000000Z,2026-11-30T12:00:00.500000Z,2026-11-30T12:00:02.000000Z,0.5000001,1.5,7,3,2,answered,a,\n"
	cellsB = "info,2026-11-30T11:59:59Z,,2026-11-30T12:00:01Z,2,0,8,,,refused,b,\n"
)

// requestsAB are those of the rows above, with times since the first arrival.
func requestsAB() []Request {
	return []Request{
		{End: 2 * time.Second, Ended: true, Worker: 8, Outcome: "refused", ID: "b"},
		{
			Arrival: time.Second, Start: 1500*time.Millisecond + 100, End: 3*time.Second + 100, Started: true, Ended: true,
			Worker: 7, Thread: 2, Number: 3, Outcome: "answered", ID: "a",
		},
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func TestRead(t *testing.T) {
	both := rowA + "\n" + rowB + "\n"
	for _, tt := range []struct {
		name, file string
		notes      []string
	}{
		{"rows", both, nil},
		{"rows among other lines", "Seed 7\n" + server + "\n\n" + rowA + "\n" + server + "\n" + rowB + "\nTraceback {\n", nil},
		{"no newline at the end", strings.TrimSuffix(both, "\n"), nil},
		{"Windows", strings.ReplaceAll("\ufeff"+both, "\n", "\r\n"), nil},
		{"compressed", zipped(both), nil},
		{"compressed, and cut off", zipped(both + strings.Repeat("x", 100))[:len(zipped(both+strings.Repeat("x", 100)))-6], []string{"the file ends in the middle of a row, which is left out"}},
		{"GET /requests", "[" + rowA + ",\n" + rowB + "]\n", nil},
		{"GET /requests, cut off", "[" + rowA + ",\n" + rowB + ",{\"arri", []string{"the file ends in the middle of a row, which is left out"}},
		{"CSV", head + cellsA + cellsB, nil},
		{"CSV with Windows' ends of lines", strings.ReplaceAll(head+cellsA+cellsB, "\n", "\r\n"), nil},
		{"the last line is cut off", both + rowA[:100], []string{"the file ends in the middle of a row, which is left out"}},
		{"CSV, cut off", head + cellsA + cellsB + cellsA[:50], []string{"the file ends in the middle of a row, which is left out"}},
		{"a row that is broken", both + `{"arrival":` + "\n", []string{"line 3 is not a whole row, and is left out"}},
		{"two", `{"arrival":"noon"}` + "\n" + both + strings.Replace(rowA, `"worker":7`, `"worker":"x"`, 1) + "\n", []string{"2 lines are not whole rows, and are left out; the first is line 1"}},
		{"an impossible time", both + strings.Replace(rowA, `"end":"2026`, `"end":"0001`, 1) + "\n", []string{"line 3 is not a whole row, and is left out"}},
		{"CSV, broken", head + cellsA + "1,2\n" + cellsB + strings.Replace(cellsA, "1.5", "NaN", 1), []string{"2 lines are not whole rows, and are left out; the first is line 3"}},
		{"a note of --trace", both + `{"level":"warn","time":"2026-11-30T12:00:02Z","worker":7,"message":"the trace has reached its size, 9 bytes: nothing more is written"}` + "\n", []string{"the trace has reached its size, 9 bytes: nothing more is written"}},
		{"a note of --trace in CSV", head + cellsA + "warn,,,,,,7,,,,,2 requests are not in the trace: the disk is too slow for them\n" + cellsB, []string{"2 requests are not in the trace: the disk is too slow for them"}},
	} {
		run, notes, err := Read("x", strings.NewReader(tt.file))
		if err != nil || !slices.Equal(run.Requests, requestsAB()) || run.Name != "x" || run.Last != 3*time.Second+100 {
			t.Errorf("%s: got %+v, %v, want %+v", tt.name, run, err, requestsAB())
		}
		if !slices.Equal(notes, tt.notes) {
			t.Errorf("%s: noted %q, want %q", tt.name, notes, tt.notes)
		}
	}
}

// A CSV of a notebook has times as numbers, and perhaps few columns.
func TestReadSecondsSince1970(t *testing.T) {
	run, notes, err := Read("x", strings.NewReader("end, arrival ,start\n1700000001.5,1700000000,1700000000.25\n"))
	want := []Request{{Start: 250 * time.Millisecond, End: 1500 * time.Millisecond, Started: true, Ended: true}}
	if err != nil || notes != nil || !slices.Equal(run.Requests, want) || !run.Requests[0].Answered() {
		t.Errorf("got %+v, %v, %v", run, notes, err)
	}
}

// spaces is white space without end.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// Texts are cut, because there may be millions.
func TestReadCutsTexts(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	run, _, err := Read("x", strings.NewReader(strings.NewReplacer(`"id":"a"`, `"id":"`+long+`"`, `"answered"`, `"`+long+`"`).Replace(rowA)+"\n"))
	if err != nil || len(run.Requests[0].ID)+len(run.Requests[0].Outcome) > 1000 {
		t.Errorf("%v, %+v", err, run)
	}
}

type brokenFile struct{}

func (brokenFile) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

func TestReadRefuses(t *testing.T) {
	unended := strings.Replace(rowB, `"end":"2026-11-30T12:00:01Z",`, "", 1)
	for _, tt := range []struct {
		name string
		file io.Reader
		want string
	}{
		{"nothing", strings.NewReader(""), "is empty; accepted: "},
		{"white space", strings.NewReader(" \n\n"), "is empty; accepted: "},
		{"the native log", strings.NewReader("INFO:     Started server process [1]\n2026-11-29 19:53:13.369151 - 1-T: #1 processing request id[1], sleeping...\n"), "has the native log, which lacks the times of arrivals; run the server with --log-format json"},
		{"gunicorn's", strings.NewReader("[2026-11-29 19:53:13 +0000] [1] [INFO] Starting gunicorn\n"), "has the native log, "},
		{"only the server's lines", strings.NewReader(server + "\n"), "has no requests; accepted: the rows of --log-format json"},
		{"something else", strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00"), "has no requests; accepted: "},
		{"other JSON", strings.NewReader(`[1, 2]`), "has no requests; accepted: "},
		{"no end", strings.NewReader(unended + "\n"), "has no request that has ended; accepted: a run in which one has"},
		{"one row that is cut off", strings.NewReader(rowA[:90]), "has no requests; accepted: "},
		{"one broken row", strings.NewReader(`{"arrival":"noon"}` + "\n"), "has no whole row (line 1 is the first that cannot be read); accepted: "},
		{"the wrong columns", strings.NewReader("arrival,start,finish\n1,2,3\n"), "line 1 has no column end; accepted: "},
		{"a CSV of a load generator", strings.NewReader("response-time,DNS+dialup,status-code\n0.1,0.1,200\n"), "has no requests; accepted: "},
		{"a CSV without rows", strings.NewReader(head), "has no requests; accepted: "},
		{"a long line", strings.NewReader("{" + strings.Repeat("x", longestLine)), "line 1 is longer than 1048576 bytes; accepted: "},
		{"a row that does not end", io.MultiReader(strings.NewReader(head+cellsA+`info,"`), io.LimitReader(spaces{}, 4*longestRow)), "has a row that is longer than 4194304 bytes; accepted: "},
		{"a text that does not end", io.MultiReader(strings.NewReader("["+rowA+",\n{\"id\":\""), io.LimitReader(spaces{}, 4*longestRow)), "has a row that is longer than 4194304 bytes; accepted: "},
		{"a row of year 9999", strings.NewReader(strings.ReplaceAll(rowA, "2026", "9999") + "\n"), "has no whole row (line 1 is the first that cannot be read); accepted: "},
		{"not gzip after all", strings.NewReader("\x1f\x8bxxxxxxxxxxxxxxx"), "cannot be unpacked (gzip: invalid header); accepted: "},
		{"a disk that fails", brokenFile{}, "cannot be read (input/output error)"},
	} {
		if _, _, err := Read("x", tt.file); err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %s…", tt.name, err, tt.want)
		}
	}
}

// Whatever a file holds, reading and drawing it ends without a panic.
func FuzzRead(f *testing.F) {
	for _, text := range []string{rowA + "\n" + rowB, head + cellsA + cellsB, "[" + rowA + "]", server, zipped(rowA), traceOf()} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		run, _, err := Read("x", bytes.NewReader(file))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of several lines: %v", err)
			}
			return
		}
		for i, q := range run.Requests {
			if q.Started && q.Start < q.Arrival || q.Ended && q.End < max(q.Arrival, q.Start) || i > 0 && q.Arrival < run.Requests[i-1].Arrival {
				t.Errorf("request %d goes back in time: %+v", i, q)
			}
		}
		if svg := string(Draw([]Run{run}, Options{}).SVG()); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%d requests give %s", len(run.Requests), svg)
		}
	})
}

// A run of a hundred thousand requests is read and drawn within seconds, into a file of a bearable size.
func BenchmarkReadAndDraw(b *testing.B) {
	var text strings.Builder
	for i := range 100_000 {
		at := time.Unix(1_700_000_000, 0).Add(time.Duration(i) * time.Millisecond).UTC()
		stamp := func(d time.Duration) string { return at.Add(d).Format(time.RFC3339Nano) }
		fmt.Fprintf(&text, `{"arrival":"%s","start":"%s","end":"%s","worker":1,"thread_number":%d,"outcome":"answered","id":"%d"}`+"\n",
			stamp(0), stamp(0), stamp(40*time.Millisecond), i%40+1, i)
	}
	for b.Loop() {
		run, _, err := Read("x", strings.NewReader(text.String()))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(Draw([]Run{run}, Options{}).SVG())), "B/picture")
	}
}
