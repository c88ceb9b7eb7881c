//go:build linux

package main

import (
	"io"
	"math"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	asCrowd() // tests start client processes in the same way as the program
	os.Exit(m.Run())
}

// BenchmarkHeld measures by how many bytes the process grows for each request that it holds, most of
// them queued for a thread.
func BenchmarkHeld(b *testing.B) {
	const held = 15_000
	dir := b.TempDir()
	if err := goBuild(b.Context(), "..", dir, "./cmd/target-server"); err != nil {
		b.Fatal(err)
	}
	p := program{name: "target-server", command: targetServer(dir + "/target-server")}
	for b.Loop() {
		grown, err := heldMemory(b.Context(), p, settings{limit: 40, sleep: time.Hour}, held)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(grown/held, "B/held")
	}
}

// The floor must send as many bytes as target-server, or its share would be meaningless.
func TestFloorAnswersAlike(t *testing.T) {
	dir := t.TempDir()
	absent, err := buildFloor(t.Context(), "rivals", dir)
	if err != nil {
		t.Fatal(err)
	}
	if absent != "" {
		t.Skip(absent)
	}
	if err := goBuild(t.Context(), "..", dir, "./cmd/target-server"); err != nil {
		t.Fatal(err)
	}
	floor := answerOf(t, program{name: floorName, command: goProgram(dir + "/floor")})
	ours := answerOf(t, program{name: "target-server", command: targetServer(dir + "/target-server")})
	date := regexp.MustCompile("Date: [^\r]*")
	same := date.ReplaceAllString(floor, "Date") == date.ReplaceAllString(ours, "Date")
	if !same || len(floor) != len(ours) {
		t.Errorf("the floor answers %q, target-server %q", floor, ours)
	}
}

// answerOf sends a program one request.
func answerOf(t *testing.T, p program) string {
	t.Helper()
	server, err := start(t.Context(), p, settings{limit: 40}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.stop(); err != nil {
			t.Error(err)
		}
	}()
	answer, err := http.Get("http://" + server.addr + "/?id=1")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	all, err := httputil.DumpResponse(answer, true)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// Without a compiler the floor is left out, as Uvicorn is if it is not installed.
func TestNoCompiler(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if absent, err := buildFloor(t.Context(), "rivals", t.TempDir()); err != nil || absent != "no compiler for C (cc)" {
		t.Errorf("got %q, %v", absent, err)
	}
}

// Each figure says which rivals it leaves out, and why.
func TestRivals(t *testing.T) {
	var said strings.Builder
	b := &bench{progress: &said, programs: []program{
		{name: "target-server"},
		{name: "net/http + chi"},
		{name: "Uvicorn", absent: "not installed"},
		{name: floorName, cpuOnly: "holds nothing"},
	}}
	if got := b.rivals("cpu"); len(got) != 2 || got[1].name != floorName {
		t.Errorf("cpu: got %v", got)
	}
	if got := b.rivals("memory"); len(got) != 1 {
		t.Errorf("memory: got %v", got)
	}
	for _, want := range []string{"cpu: without Uvicorn: not installed\n", "memory: without floor in C: holds nothing\n"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, said.String())
		}
	}
}

func TestQuantile(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(100 - i)
	}
	for _, c := range []struct {
		values  []float64
		q, want float64
	}{
		{hundred, 0.99, 99},
		{hundred, 0.5, 50},
		{hundred, 1, 100},
		{hundred, 0, 1},
		{[]float64{7}, 0.99, 7},
		{[]float64{3, 1, 2}, 0.5, 2},
	} {
		if got := quantile(c.values, c.q); got != c.want {
			t.Errorf("quantile %v of %d values: got %v, want %v", c.q, len(c.values), got, c.want)
		}
	}
	if got := quantile(nil, 0.5); !math.IsNaN(got) {
		t.Errorf("quantile of none: got %v, want no number", got)
	}
}

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		u    unit
		v    float64
		want string
	}{
		{bytesEach, 898.4, "898 B"},
		{requests, 150_000, "150,000 requests"},
		{seconds, 0.0000144, "14.4 µs"},
		{seconds, 0.189, "189 ms"},
		{seconds, 61.5, "61.5 s"},
		{seconds, 0.0012, "1.20 ms"},
		{times, 1.084, "1.08 ×"},
		{seconds, math.NaN(), "?"},
	} {
		if got := c.u.text(c.v); got != c.want {
			t.Errorf("%v %q: got %q, want %q", c.v, string(c.u), got, c.want)
		}
	}
}

// Two slots: the third start follows the first end, the fourth the second. The fifth request arrived
// after its slot was freed, so it did not wait.
func TestSlotGaps(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)) }
	rows := []row{
		{Arrival: at(0), Start: at(0), End: at(10)},
		{Arrival: at(0), Start: at(0), End: at(12)},
		{Arrival: at(1), Start: at(11), End: at(30)},
		{Arrival: at(1), Start: at(15), End: at(40)},
		{Arrival: at(35), Start: at(36), End: at(50)},
	}
	gaps := slotGaps(rows, 2)
	if want := []float64{0.001, 0.003}; len(gaps) != 2 || gaps[0] != want[0] || gaps[1] != want[1] {
		t.Errorf("got %v, want %v", gaps, want)
	}
}

func TestSleepOf(t *testing.T) {
	if got, err := sleepOf("/?id=3&sleep=2.5015s"); err != nil || got != 2501500*time.Microsecond {
		t.Errorf("got %v, %v", got, err)
	}
}

// A cost that is the same for each request is linear, whatever additional cost the first one has.
func TestLinearity(t *testing.T) {
	points := []point{{Held: 100, Memory: 5100}, {Held: 1000, Memory: 6000}, {Held: 2000, Memory: 7000}}
	memory := func(p point) float64 { return p.Memory }
	if r := linearity(points, memory); r.Ours != 1 || !r.Met {
		t.Errorf("a line: got %v, %v", r.Ours, r.Met)
	}
	points[2].Memory = 8000
	if r := linearity(points, memory); r.Ours != 2 || r.Met {
		t.Errorf("twice as much in the upper half: got %v, %v", r.Ours, r.Met)
	}
}

func TestTable(t *testing.T) {
	programs := []program{
		{name: "target-server"},
		{name: "net/http + chi"},
		{name: "Uvicorn", absent: "not installed"},
		{name: floorName, cpuOnly: "holds nothing"},
	}
	found := []result{{
		Figure: "memory", What: "memory", How: "so", Unit: bytesEach, Goal: "at most 1,024 B", Ours: 900, Met: true,
		Rivals: []comparison{{"net/http + chi", 15_700, 0.057}},
	}, {
		Figure: "cpu", What: "processor time", How: "so", Unit: seconds, Ours: 10e-6,
		Rivals: []comparison{{"net/http + chi", 20e-6, 0.5}, {floorName, 7.5e-6, 1.3333}},
	}, {What: "slot", How: "thus", Unit: seconds, Goal: "at most 50 µs", Ours: 1, More: "median 1 s"}}
	var out strings.Builder
	if err := writeTable(&out, found, programs); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| figure | goal | target-server | net/http + chi | Uvicorn | floor in C |  |\n",
		"| memory | at most 1,024 B | 900 B | 15,700 B (0.057) | not installed | holds nothing | met |\n",
		"| processor time |  | 10.0 µs | 20.0 µs (0.5) | not installed | 7.50 µs (1.33) |  |\n",
		"| slot | at most 50 µs | 1.00 s |  |  |  | missed |\n",
		"- slot: thus (median 1 s).\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
}

// A whole run writes the page, and the README's short table where there is a place for it.
func TestPages(t *testing.T) {
	b := &bench{programs: []program{{name: "target-server"}, {name: "fasthttp"}, {name: floorName, cpuOnly: "holds nothing"}}, progress: io.Discard}
	root := t.TempDir()
	b.docs = filepath.Join(root, "docs")
	readme := filepath.Join(root, "README.md")
	found := []result{
		{Figure: "memory", What: "memory", How: "so", Unit: bytesEach, Goal: "at most 1,024 B", Ours: 900, Rivals: []comparison{{"fasthttp", 15_700, 0.057}}},
		{Figure: "slot", What: "slot", How: "thus", Unit: seconds, Ours: 1},
		{Figure: "growth", What: "held", Unit: requests, Ours: 150_000},
	}
	if err := os.Mkdir(b.docs, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ before, after string }{
		{"no place\n", `^no place\n$`},
		{
			"a\n<!-- bench: costs -->\nold\n<!-- bench end -->\nb\n",
			`^a\n<!-- bench: costs -->\n\| figure \| target-server \| fasthttp \|\n\| --- \| --- \| --- \|\n` +
				`\| memory \| 900 B \| 15,700 B \(0.057\) \|\n\| held \| 150,000 requests \|  \|\n\n\d{4}-\d\d-\d\d, \d+ cores, .*\n<!-- bench end -->\nb\n$`,
		},
	} {
		if err := os.WriteFile(readme, []byte(step.before), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := b.writePages(found); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(readme)
		if err != nil || !regexp.MustCompile(step.after).Match(got) {
			t.Errorf("the README is %q, %v; want it to match %s", got, err, step.after)
		}
	}
	page, err := os.ReadFile(filepath.Join(b.docs, "bench.md"))
	for _, want := range []string{"| slot |", "- slot: thus.\n", "(bench-memory.svg)"} {
		if err != nil || !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q: %v\n%s", want, err, page)
		}
	}
	if !regexp.MustCompile(`\n\d{4}-\d\d-\d\d, \d+ cores, `).Match(page) {
		t.Errorf("the page does not say when and where:\n%s", page)
	}
}

func TestOptions(t *testing.T) {
	var said strings.Builder
	_, err := parse([]string{"--only=memory,speed"}, &said)
	if err == nil || !strings.Contains(said.String(), `unknown figure "speed" in --only; accepted are memory, program, cpu, metrics,`) {
		t.Errorf("said %q", said.String())
	}
	o, err := parse([]string{"--only", "cpu,slot"}, &said)
	if err != nil || o.chosen("memory") || !o.chosen("slot") {
		t.Errorf("got %+v, %v", o, err)
	}
}
