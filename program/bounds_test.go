package program_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/target-server/target-server/program"
)

// A file within the accepted size takes little memory, whatever it contains.
func TestHostileFiles(t *testing.T) {
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i, i, i)
		}
		return b.String()
	}
	var diamonds strings.Builder
	diamonds.WriteString("dependencies:\n  d0: {def: []}\n  d1: {def: []}\n")
	for i := 2; i < 199; i++ {
		fmt.Fprintf(&diamonds, "  d%d: {depends: [d%d, d%d], def: []}\n", i, i-1, i-2)
	}
	var laughs strings.Builder
	laughs.WriteString("a: &a [x, x, x, x, x, x, x, x, x]\n")
	for i := range 20 {
		fmt.Fprintf(&laughs, "%c: &%c [%s]\n", 'b'+i, 'b'+i, strings.Repeat(fmt.Sprintf("*%c, ", 'a'+i), 9))
	}
	for name, tt := range map[string]struct{ text, want string }{
		"a large file":            {strings.Repeat("#", program.LargestFile+1), "the file is too large"},
		"lists in lists":          {"routes: " + strings.Repeat("[", 200_000), "exceeded max depth"},
		"mappings in mappings":    {"routes: " + strings.Repeat("{a: ", 60_000), "exceeded max depth"},
		"lists that end":          {"routes: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000), "routes must be a mapping"},
		"steps in steps":          {"routes: {GET /: {def: " + strings.Repeat("[{repeat: 1, do: ", 4_000) + strings.Repeat("}]", 4_000) + "}}", "nested too deeply"},
		"laughs":                  {laughs.String(), "is not a key of the file"},
		"a list in itself":        {"routes: &r\n  GET /: {def: *r}\n", "aliases (*r) are not supported"},
		"many routes":             {"routes:\n" + many("  GET /%d/%d: {def: []} #%d\n", 5_000), "too many routes"},
		"many unknown keys":       {many("k%d: %d #%d\n", 12_000), "is not a key"},
		"many dependencies":       {"dependencies:\n" + many("  d%d: {def: []} #%d%d\n", 5_000), "too many dependencies"},
		"many pools":              {"pools:\n" + many("  p%d: {} #%d%d\n", 5_000), "too many pools"},
		"many steps":              {"routes:\n  GET /:\n    def:\n" + strings.Repeat("    - {log: a}\n", 15_000), "too many steps"},
		"many parameters":         {"routes:\n  GET /:\n    def: []\n    parameters:\n" + many("      p%d: int #%d%d\n", 5_000), "too many parameters"},
		"many lines, then a slip": {"routes:\n" + many("  GET /%d: {def: [{log: '%d%d'}]}\n", 5_000) + "  GET /: {def: [}\n", ":5002:3: this is not YAML"},
		"a slip, then many lines": {"routes:\n  GET /: {def: [}\n" + many("  GET /%d: {def: [{log: '%d%d'}]}\n", 5_000), ":2:3: this is not YAML"},
		"a quote over many lines": {"routes:\n  GET /: {def: [], body: 'x}\n" + many("  GET /%d: {def: [{log: \"%d%d\"}]}\n", 5_000), "this is not YAML"},
		"large bodies":            {"routes:\n" + many("  GET /%d: {def: [], body: 16MiB} #%d%d\n", 100), "the bodies of all routes are too large"},
		"diamonds":                {diamonds.String() + "routes:\n  GET /: {depends: [d198], def: []}\n", "FastAPI would visit too many dependencies"},
		"many files":              {"routes:\n  GET /:\n    def:\n" + many("    - sleep: file(%d.txt) #%d%d\n", 100), "there are more than 20 files"},
		"many folders":            {"static:\n" + many("  /s%d: {a: 1B} #%d%d\n", 5_000), "too many folders"},
		"many files of a folder":  {"static:\n  /s:\n" + many("    f%d: 1B #%d%d\n", 10_000), "the folders have too many files"},
		"large files":             {"routes:\n" + many("  GET /%d: {file: 500MiB} #%d%d\n", 100), "the files of the program are too large"},
		"many fields":             {"routes:\n  GET /:\n    def: []\n    form:\n" + many("      p%d: str #%d%d\n", 5_000), "too many fields"},
		"endless loops of chunks": {"routes: {GET /: {stream: true, def: [{repeat: 1000000, do: [{repeat: 100, do: [{send: 16MiB}]}]}]}}", "100000000 steps that take no time"},
		"files below routes":      {"static:\n  /s:\n" + many("    f%d: 1B #%d%d\n", 990) + "routes:\n" + many("  GET /{a%d}/f%d%d: {def: []}\n", 990), ""},
		"endless loops":           {"routes: {GET /: {def: " + strings.Repeat("[{repeat: 1048576, do: ", 8) + "[]" + strings.Repeat("}]", 8) + "}}", "endlessly many steps that take no time"},
		"covered paths":           {"routes:\n" + many("  GET /{a%d}-%d-x%d: {def: []}\n", 1_000), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := program.Read("x.yaml", []byte(tt.text), func(string) (io.ReadCloser, error) {
				return io.NopCloser(strings.NewReader("1ms\n")), nil
			})
			runtime.ReadMemStats(&after)
			if got := fmt.Sprint(err); (err == nil) != (tt.want == "") || !strings.Contains(got, tt.want) || len(got) > 50_000 {
				t.Errorf("got %.500s\nwant %s", got, tt.want)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<30 {
				t.Errorf("it took %d MiB", grown>>20)
			}
		})
	}
}

// A loop in which time passes may be long, since it keeps nothing busy.
func TestLongLoops(t *testing.T) {
	for steps, right := range map[string]bool{
		"[{repeat: 1000000, do: [{repeat: 1000000, do: [{sleep: 1ms}]}]}]":                       true,
		"[{repeat: 1000000, do: [{repeat: 1000000, do: [{sleep: exp(1ms)}, {log: a}]}]}]":        true,
		"[{repeat: 1000000, do: [{repeat: 1000000, do: [{sleep: 0ms}]}]}]":                       false,
		"[{repeat: 1000000, do: [{repeat: 1000000, do: [{share: 50%, do: [{sleep: 1ms}]}]}]}]":   false,
		"[{repeat: 1000000, do: [{sleep: 1ms}, {repeat: 1000000, do: [{log: a}]}]}]":             true,
		"[{repeat: 1000000, do: [{sleep: 1ms}, {repeat: 1000000, do: [{repeat: 11, do: []}]}]}]": false,
		"[{repeat: 1000000, do: [{repeat: 0, do: [{sleep: 1ms}]}, {repeat: 100, do: []}]}]":      false,
	} {
		_, err := program.Read("x", []byte("routes: {GET /: {def: "+steps+"}}"), nil)
		if (err == nil) != right {
			t.Errorf("%s: %v", steps, err)
		}
	}
}
