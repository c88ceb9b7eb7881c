package http1

import (
	"bufio"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzReal compares every dialect with the parser that it imitates, on the same bytes
// cut at the same offset: what is accepted, refused and read, and when. The coverage
// of the Go parser guides the inputs. HTTP1_REAL must name the directory of the lab's
// environments; `make fuzz-real` sets it.
func FuzzReal(f *testing.F) {
	dir := os.Getenv("HTTP1_REAL")
	if dir == "" {
		f.Skip("HTTP1_REAL names no directory of Python environments with the real parsers (see make fuzz-real)")
	}
	pythons, err := filepath.Glob(filepath.Join(dir, "*", "bin", "python"))
	if err != nil || len(pythons) == 0 {
		f.Fatalf("no environment in %s: %v", dir, err)
	}
	var all []*realParsers
	for _, python := range pythons {
		all = append(all, startReal(f, python))
	}
	for _, input := range readCases(f, "testdata/cases.txt") {
		if len(input) < 2048 {
			f.Add(input, uint16(0))
			f.Add(input, uint16(len(input)/2))
		}
	}
	f.Fuzz(func(t *testing.T, input []byte, cut uint16) {
		if len(input) == 0 {
			return
		}
		at := int(cut) % len(input)
		for _, r := range all {
			r.ask(t, input, at)
		}
		for _, r := range all {
			for _, name := range r.names {
				want := r.line(t)
				if got := observeCuts(dialects[name], input, at); got != want {
					t.Errorf("%s: %q cut at %d\nwant %s\ngot  %s", name, input, at, want, got)
				}
			}
		}
	})
}

// realParsers is a process with the real parsers of one environment.
type realParsers struct {
	names []string // the dialects that imitate them
	in    *bufio.Writer
	out   *bufio.Scanner
}

func startReal(f *testing.F, python string) *realParsers {
	f.Helper()
	cmd := exec.CommandContext(f.Context(), python, "testdata/record.py", "--serve")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		f.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		f.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	r := &realParsers{in: bufio.NewWriter(in), out: bufio.NewScanner(out)}
	r.out.Buffer(nil, 64<<20)
	r.names = strings.Fields(r.line(f))
	for _, name := range r.names {
		if dialects[name] == nil {
			f.Fatalf("%s has %s, which no dialect imitates", python, name)
		}
	}
	return r
}

// ask sends an input in the form that record.py expects.
func (r *realParsers) ask(t testing.TB, input []byte, cut int) {
	t.Helper()
	var head [8]byte
	binary.LittleEndian.PutUint32(head[:4], uint32(len(input)))
	binary.LittleEndian.PutUint32(head[4:], uint32(cut))
	r.in.Write(head[:])
	r.in.Write(input)
	if err := r.in.Flush(); err != nil {
		t.Fatalf("%v: %v", r.names, err)
	}
}

// line returns the next line of the answer.
func (r *realParsers) line(t testing.TB) string {
	t.Helper()
	if !r.out.Scan() {
		t.Fatalf("%v: no answer: %v", r.names, r.out.Err())
	}
	return r.out.Text()
}
