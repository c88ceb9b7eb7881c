package trace

import (
	"strings"
	"testing"
	"time"
)

func TestRows(t *testing.T) {
	zone := time.FixedZone("", -3*3600-1800)
	at := time.Date(2026, 11, 30, 12, 0, 0, 1_999, zone)
	rows := []Row{
		{
			Time: at.Add(time.Hour), Arrived: at, Started: at.Add(8 * time.Second), Ended: at.Add(16 * time.Second),
			Wait: 8 * time.Second, Work: 8*time.Second + 1, Worker: 7, Number: 1, Thread: "T 1", ThreadNumber: 1,
			Route: "GET /{a}", Outcome: "answered", Status: 200, Client: []byte("127.0.0.1:1"), Method: "GET", Target: "/,", ID: "a\n\"é\u2028",
		},
		{Outcome: "client left", ClientLeft: true, Wait: -time.Millisecond},
	}
	for format, want := range map[Format]string{
		NDJSON: `{"level":"info","time":"2026-11-30T13:00:00.000001-03:30","arrival":"2026-11-30T12:00:00.000001-03:30",` +
			`"start":"2026-11-30T12:00:08.000001-03:30","end":"2026-11-30T12:00:16.000001-03:30","wait":8,"work":8.000000001,"worker":7,` +
			`"number":1,"thread":"T 1","thread_number":1,"route":"GET /{a}","outcome":"answered","status":200,"client_left":false,` +
			`"client":"127.0.0.1:1","method":"GET","target":"/,","id":"a\n\"\u00e9\u2028"}` + "\n" +
			`{"level":"info","wait":-0.001,"work":0,"worker":0,"outcome":"client left","status":0,"client_left":true,"client":"",` +
			`"method":"","target":"","id":""}` + "\n" +
			`{"level":"warn","time":"2026-11-30T12:00:00.000001-03:30","worker":7,"message":"it is \"full\""}` + "\n",
		CSV: "info,2026-11-30T13:00:00.000001-03:30,2026-11-30T12:00:00.000001-03:30,2026-11-30T12:00:08.000001-03:30," +
			"2026-11-30T12:00:16.000001-03:30,8,8.000000001,7,1,T 1,1,GET /{a},answered,200,false,127.0.0.1:1,GET,\"/,\"," +
			"\"a\\u000a\"\"é\\u2028\",\n" +
			"info,,,,,-0.001,0,0,,,,,client left,0,true,,,,,\n" +
			"warn,2026-11-30T12:00:00.000001-03:30,,,,,,7,,,,,,,,,,,,\"it is \"\"full\"\"\"\n",
	} {
		r := NewRows(format)
		for i := range rows {
			r.Add(&rows[i])
		}
		r.Note(at, 7, `it is "full"`)
		if got := string(r.Take()); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if got := len(r.Take()); got != 0 {
			t.Errorf("%d bytes are left", got)
		}
	}
}

// No text that a client has chosen is a formula in a spreadsheet.
func TestCSVHasNoFormulas(t *testing.T) {
	for id, want := range map[string]string{"=1+1": "'=1+1", "@a": "'@a", "+1": "'+1", "-1": "'-1", `=A("x")`: `"'=A(""x"")"`, "1=1": "1=1"} {
		r := NewRows(CSV)
		r.Add(&Row{ID: id, Target: "/"})
		if got := string(r.Take()); !strings.HasSuffix(got, ",/,"+want+",\n") {
			t.Errorf("%s: %s", id, got)
		}
	}
}

func BenchmarkRows(b *testing.B) {
	at := time.Date(2026, 11, 22, 21, 11, 19, 4120000, time.UTC)
	row := Row{
		Time: at, Arrived: at, Started: at, Ended: at.Add(3 * time.Second), Wait: 51 * time.Microsecond, Work: 3 * time.Second,
		Worker: 1234, Number: 3, Thread: "AnyIO worker thread", ThreadNumber: 1, Status: 200, Outcome: "answered",
		Client: []byte("127.0.0.1:54666"), Method: "GET", Target: "/?id=123", ID: "123",
	}
	for name, format := range map[string]Format{"ndjson": NDJSON, "csv": CSV} {
		b.Run(name, func(b *testing.B) {
			r := NewRows(format)
			b.ReportAllocs()
			for b.Loop() {
				r.Add(&row)
				r.Take()
			}
		})
	}
}
