package config

import (
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWrongFiles(t *testing.T) {
	for _, tt := range []struct {
		name, yaml string
		want       []string // after "file PATH"
	}{
		{"not YAML", "limit: [", []string{": is not YAML (line 1: did not find expected node content); accepted: one mapping"}},
		{"not YAML either", "limit: 3\n\tqueue: 4", []string{": is not YAML (line"}},
		{"not text", "\xff\xfe\x00\x01\x02", []string{": is not YAML ("}},
		{"a list", "- limit\n- 3", []string{": contains a list; accepted: one mapping from flag names to values, such as limit: 40"}},
		{"a word", "limit", []string{": contains a single value; accepted: one mapping"}},
		{"two documents", "limit: 3\n---\nlimit: 4", []string{": contains more than one document; accepted: one mapping"}},
		{"an unknown key", "limt: 3", []string{`, line 1, key limt: is unknown; did you mean limit?`}},
		{"another spelling", "a: &a 1\nkeep_alive: 3", []string{`, line 1, key a: is unknown; `, `, line 2, key keep_alive: is unknown; did you mean keep-alive?`}},
		{"a file in a file", "config: other.yaml", []string{`, line 1, key config: is not allowed in a file, which cannot name another one; give --config once, on the command line`}},
		{"dashes", "--limit: 3", []string{`, line 1, key --limit: is unknown; did you mean limit? (keys are flags without their dashes)`}},
		{"another server's flag", "port: 8000\nbind: [x]\ntls: on\nhost: ''", []string{
			`, line 1, key port: is unknown; use addr: :8000`, `, line 2, key bind: is unknown; `, `, line 3, key tls: is unknown; TLS is not supported`,
			`, line 4, key host: is unknown; use addr: 127.0.0.1:8080`,
		}},
		{"a strange key", "\"a\\nb\": 3\n? [x]\n: 4", []string{`, line 1, key "a\nb": is unknown; `, `, line 2, key (a list): is unknown; `}},
		{"a merge", "<<: {limit: 3}", []string{`, line 1, key <<: is unknown; `}},
		{"a list for a value", "# one\nlimit: [1, 2]", []string{`, line 2, key limit: has a list as its value; accepted: a single value`}},
		{"a mapping for a value", "limit:\n  a: 1", []string{`, line 1, key limit: has a mapping as its value; accepted: a single value`}},
		{"nothing for a value", "limit:\nqueue: ~", []string{`, line 1, key limit: has no value; accepted: a single value`, `, line 2, key queue: has no value; `}},
		{"a key twice", "limit: 3\nlimit: 4", []string{`, line 2, key limit: is given twice; give it once`}},
		{"two names for one", "keep-alive: 3\ntimeout-keep-alive: 3", []string{`, line 2, key timeout-keep-alive: is given twice; give it once`}},
		{"a wrong type", "limit: forty", []string{`, line 1, key limit: "forty" is not a whole number; accepted: `}},
		{"a truth for a number", "workers: true", []string{`, line 1, key workers: "true" is not a whole number; accepted: `}},
		{"an empty text", "addr: ''", []string{`, line 1, key addr: "" is empty; accepted: `}},
		{"an unreal duration", "sleep: .nan", []string{`, line 1, key sleep: ".nan" is not a duration; accepted: `}},
		{"a combination", "mode: cooperative\nqueue: 3", []string{`, line 2, key queue: 3 cannot be used with --mode cooperative, `}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, tt.yaml)
			_, err := Load(from([]string{"--config=" + path}, nil))
			for i := range tt.want {
				tt.want[i] = "file " + path + tt.want[i]
			}
			wantLines(t, err, tt.want...)
		})
	}
}

// Files made to grow when they are read are refused in a few lines, with little memory.
func TestBombs(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n")
	for i := range 15 {
		a, b := string(rune('a'+i)), string(rune('b'+i))
		laughs.WriteString(b + ": &" + b + " [" + strings.Repeat("*"+a+",", 9) + "]\n")
	}
	var nested strings.Builder
	for i := range 350 {
		nested.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for name, tt := range map[string]struct {
		yaml  string
		lines int // the most of the error
	}{
		"billion laughs":       {laughs.String() + "limit: *p\n", 20},
		"lists in lists":       {"limit: " + strings.Repeat("[", 60_000), 1},
		"mappings in mappings": {"limit: " + strings.Repeat("{a: ", 16_000), 1},
		"a deep tree":          {nested.String(), 1},
		"a list in itself":     {"limit: &a [*a]", 1},
		"a merge of itself":    {"<<: &a {<<: *a}", 1},
		"a huge value":         {"limit: " + strings.Repeat("9", 65_000), 1},
		"a huge key":           {strings.Repeat("k", 65_000) + ": 1", 1},
		"a key many times":     {strings.Repeat("limit: 3\n", 7_000), 1},
		"many anchors":         {strings.Repeat("k: &a 1\n", 8_000), 8_000}, // a line for each wrong key
		"odd tags":             {"limit: !!binary aGVsbG8=\nqueue: !!float 1e400\nsleep: !!timestamp 2001-01-01", 3},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Load(from([]string{"--config", write(t, tt.yaml)}, nil))
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
				t.Errorf("%d bytes were allocated for a file of %d", grown, len(tt.yaml))
			}
			if err == nil {
				t.Fatal("it was taken")
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) > tt.lines {
				t.Errorf("%d lines, want at most %d: %.500s", len(lines), tt.lines, err)
			}
			for _, line := range lines {
				if len(line) > 2_000 {
					t.Errorf("a line of %d bytes", len(line))
				}
			}
		})
	}
}

func TestFilesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	huge := write(t, strings.Repeat("# far too much\n", 10_000))
	for _, tt := range []struct{ path, want string }{
		{filepath.Join(dir, "x"), " cannot be opened (no such file or directory); accepted: a readable YAML file"},
		{dir, " is a directory; accepted: a readable YAML file"},
		{huge, " is too large; accepted: at most 64 KiB"},
		{"/dev/zero", " is too large; accepted: at most 64 KiB"},
		{"a\x00b", " cannot be opened (invalid argument); "},
	} {
		_, err := Load(from([]string{"--config", tt.path}, nil))
		wantLines(t, err, "flag --config: "+quoteUpTo(longestPath, tt.path)+tt.want)
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Setting != "config" {
			t.Errorf("%s: the error does not name its setting: %#v", tt.path, err)
		}
	}
}

func TestFilesThatAreFine(t *testing.T) {
	for name, yaml := range map[string]string{
		"empty":             "",
		"comments":          "# limit: 3\n",
		"an empty document": "---\n",
		"a byte order mark": "\ufefflimit: 40\n",
		"Windows lines":     "limit: 40\r\nqueue: unlimited\r\n",
		"an empty mapping":  "{}",
		"JSON":              `{"limit": 40, "vintage": "2023-03"}`,
		"plain words":       "vintage: 2023-03\nlog-format: native\nrespawn: off\naddr: :8080\nkeep-alive: 5",
		"an anchor":         "limit: &n 40\nlimit-concurrency: none\nbacklog: 2048",
		"an alias":          "keep-alive: &n 5s\nsleep: *n",
	} {
		got, err := Load(from([]string{"--config", write(t, yaml)}, nil))
		want := oakValues()
		want.Seed = 7
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// FuzzFile reads any bytes as a file: it is accepted, or refused in lines that each name the file.
func FuzzFile(f *testing.F) {
	for _, yaml := range []string{"limit: 3", "- 1", "a: &a [*a]", "? {}\n: 1", "limit: !!binary aGk=", "\xff\xfe", "---\n---\n", "%YAML 9\n---\n"} {
		f.Add([]byte(yaml))
	}
	path := filepath.Join(f.TempDir(), "fuzz.yaml")
	f.Fuzz(func(t *testing.T, content []byte) {
		root, err := parseYAML(content)
		if err != nil || root == nil {
			return
		}
		r := fileReader{path: path, table: options(testStacks()), found: givens{}}
		for i := 0; i+1 < len(root.Content); i += 2 {
			r.take(root.Content[i], root.Content[i+1])
		}
		for _, err := range r.errs {
			if text := err.Error(); strings.ContainsAny(text, "\n\r") || !strings.HasPrefix(text, "file "+path+", line ") {
				t.Errorf("%q: %q", content, text)
			}
		}
	})
}
