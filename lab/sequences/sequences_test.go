package sequences

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/target-server/target-server/lab/runner"
)

func TestLoad(t *testing.T) {
	const text = `[{"name": "a/1", "bytes_hex": "474554"}, {"name": "a/2", "pieces_hex": ["47", "0d0a"]}]`
	want := []Sequence{{"a/1", []string{"GET"}}, {"a/2", []string{"G", "\r\n"}}}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write([]byte(text)); err != nil || zip.Close() != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"plain.json": []byte(text), "packed.json.gz": packed.Bytes()} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := Load(path); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, want)
		}
	}
	for _, wrong := range []string{"", "{}", `[{"name": "a", "bytes_hex": "4"}]`, `[{"name": "a"}]`, "\x1f\x8b"} {
		if got, err := decode([]byte(wrong)); err == nil {
			t.Errorf("%q was read as %q", wrong, got)
		}
	}
}

func TestWhatIsSavedCanBeLoaded(t *testing.T) {
	want := []Sequence{{"a", []string{"GET\x00\xff"}}, {"b", []string{"x", "y"}}}
	path := filepath.Join(t.TempDir(), "kept.json")
	if err := Save(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(path); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestWays(t *testing.T) {
	head := Sequence{"h", []string{"PUT /x HTTP/1.1\r\n\r\n"}}
	for _, test := range []struct {
		way  string
		of   Sequence
		want string // with | between two pieces; empty if it is not played in this way
	}{
		{"as-is", head, "PUT /x HTTP/1.1\r\n\r\n"},
		{"aimed", head, "GET /?id=1 HTTP/1.1\r\n\r\n"},
		{"aimed", Sequence{"no request", []string{"\x00"}}, ""},
		{"aimed", Sequence{"aimed already", []string{"GET /?id=1 HTTP/1.1"}}, ""},
		{"followed", Sequence{"in two", []string{"a", "b"}}, "a|b" + second},
		{"cut", Sequence{"one byte", []string{"a"}}, ""},
		{"cut", Sequence{"two bytes", []string{"ab"}}, "a|b"},
	} {
		i := map[string]int{"as-is": 0, "aimed": 1, "followed": 2, "cut": 3}[test.way]
		pieces, ok := Ways()[i].Apply(test.of)
		if got := strings.Join(pieces, "|"); ok != (test.want != "") || ok && got != test.want {
			t.Errorf("%q %s: got %q, %v; want %q", test.of.Name, test.way, got, ok, test.want)
		}
	}
	if got := Apply([]Sequence{head}, Ways()); len(got) != 4 || got[0].Name != "h" || got[3].Name != "h cut" {
		t.Errorf("a sequence was played as %q", got)
	}
}

func TestVerdict(t *testing.T) {
	a, b, c := Outcome{Answer: "a", End: "FIN"}, Outcome{Answer: "b", End: "FIN"}, Outcome{Answer: "c", End: "FIN"}
	for name, test := range map[string]struct {
		real, ours []Outcome
		want       runner.Outcome
	}{
		"alike":                    {[]Outcome{a}, []Outcome{a}, runner.Agrees},
		"unlike":                   {[]Outcome{a}, []Outcome{b}, runner.Differs},
		"unlike each time":         {[]Outcome{a, a, a}, []Outcome{b, c, b}, runner.Differs},
		"alike in a repeat":        {[]Outcome{a, a}, []Outcome{b, a}, runner.Unstable},
		"the real one is unstable": {[]Outcome{a, b}, []Outcome{c, c}, runner.Unstable},
	} {
		r := Result{Real: test.real, Ours: test.ours}
		if got := r.Verdict(); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestKind(t *testing.T) {
	ok := Outcome{Answer: "HTTP/1.1 200 OK\nDate: <date>\n\nhelloHTTP/1.1 404 Not Found\n\n", End: "open", Last: "FIN"}
	closed := Outcome{Answer: ok.Answer, End: "FIN"}
	other := ok
	other.Answer = strings.Replace(ok.Answer, "Date: <date>", "Age: 17", 1)
	for _, test := range []struct {
		ours Outcome
		want string
	}{
		{closed, "real: 200 404 open, half-close: nothing FIN; ours: 200 404 FIN"},
		{other, `200 404 open, half-close: nothing FIN; real: "Date: <date>"; ours: "Age: #"`},
		{Outcome{Answer: "\x00", End: "RST"}, "real: 200 404 open, half-close: nothing FIN; ours: bytes RST"},
	} {
		r := Result{Real: []Outcome{ok}, Ours: []Outcome{test.ours}}
		if got := r.Kind(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestRecording(t *testing.T) {
	yes, no := Outcome{Answer: "yes", End: "FIN"}, Outcome{Answer: "no", End: "open", Last: "FIN"}
	played := func(a, b, c []Outcome) []Result {
		return []Result{{Sequence: Sequence{Name: "a"}, Real: a}, {Sequence: Sequence{Name: "b"}, Real: b}, {Sequence: Sequence{Name: "c"}, Real: c}}
	}
	versions := map[string]string{"flask": "3"}
	var r Recording
	r.Take("old", "2026-11-01", versions, played([]Outcome{yes}, []Outcome{yes}, []Outcome{yes}))
	r.Take("new", "2026-11-01", versions, played([]Outcome{yes}, []Outcome{yes}, []Outcome{yes}))
	if unstable := r.Take("new", "2026-11-02", versions, played([]Outcome{yes, yes}, []Outcome{no, no}, []Outcome{no, yes})); unstable != 1 {
		t.Errorf("%d are unstable, want 1", unstable)
	}
	path := filepath.Join(t.TempDir(), "recording.yaml")
	if err := r.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := LoadRecording(path)
	if err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("got %+v, %v; want %+v", got, err, r)
	}
	if at := got.At("old"); !reflect.DeepEqual(at, map[string]string{"a": yes.String(), "b": yes.String(), "c": yes.String()}) {
		t.Errorf("old: %q", at)
	}
	if at := got.At("new"); !reflect.DeepEqual(at, map[string]string{"a": yes.String(), "b": no.String()}) || got.Unstable["new"] != "c" {
		t.Errorf("new: %q, unstable %q", at, got.Unstable["new"])
	}
	if len(got.Outcomes) != 2 {
		t.Errorf("%d outcomes are kept, want 2", len(got.Outcomes))
	}
}
