package distribution_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
)

// What is accepted, and how it is shown.
func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"uniform(5ms,20ms)":                          "uniform(5ms, 20ms)",
		" uniform ( 5ms ,\t20ms ) ":                  "uniform(5ms, 20ms)",
		"uniform(0.5, 2m)":                           "uniform(500ms, 2m)",
		"uniform(min=5ms, max=20ms)":                 "uniform(5ms, 20ms)",
		"uniform(5ms, max = 20ms)":                   "uniform(5ms, 20ms)",
		"exp(mean=1)":                                "exp(1s)",
		"normal(mean=50ms,sd=10ms)":                  "normal(50ms, sd=10ms)",
		"lognormal(p05=1ms,p99.90=2ms)":              "lognormal(p5=1ms, p99.9=2ms)",
		"quantiles(min=1ms,max=2ms)":                 "quantiles(min=1ms, max=2ms)",
		"quantiles(min=0,p1=0,p2=1s,p3=1s,max=2s)":   "quantiles(min=0s, p1=0s, p2=1s, p3=1s, max=2s)",
		"weighted(2ms:5,150us :10)":                  "weighted(150µs: 10, 2ms: 5)",
		"weighted(2ms:.5,2ms:1.50, 3ms: 1000000000)": "weighted(2ms: 0.5, 2ms: 1.5, 3ms: 1000000000)",
		"file( 1ms+a/b (c)+ )":                       "",
		"file( 1ms+2ms )":                            "file(1ms+2ms)",
	} {
		d, err := distribution.ParseWith(text, lines)
		if want == "" {
			if err == nil {
				t.Errorf("%q was read", text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		check.Equal(t, text, d.String(), want)
	}
}

// What is wrong, where, and what is accepted. The errors repeat nothing of the text and need no escapes.
func TestWrong(t *testing.T) {
	const laws = "uniform(5ms, 20ms), exp(50ms), normal(50ms, sd=10ms), lognormal(p50=8ms, p99=60ms), " +
		"quantiles(min=1ms, p50=8ms, p90=20ms, p99=60ms, max=200ms), weighted(150us: 10, 2ms: 5) or file(times.txt)"
	for text, want := range map[string]string{
		"":      "is empty; accepted: " + distribution.Accepted,
		"5d":    "is not a duration; accepted: " + distribution.Accepted,
		" 5ms":  "is not a duration; ",
		"-1":    "is negative; ",
		"8761h": "is too long; ",
		"1e3":   "is not a duration; ",

		"(5ms)":                      "names no distribution; accepted: " + laws,
		"Exp(5ms)":                   "names no distribution; accepted: ",
		"<b>(":                       "names no distribution; accepted: ",
		"exp(5ms":                    "has no closing parenthesis (character 8); accepted: exp(50ms)",
		"exp)(5ms":                   "names no distribution; ",
		"exp(5ms) or so":             "goes on after its closing parenthesis (character 9); accepted: exp(50ms)",
		"exp(exp(5ms))":              "has a mean that is not a duration (character 5); accepted: exp(50ms)",
		"exp()":                      "has no mean (character 5); ",
		"exp( )":                     "has no mean (character 6); ",
		"exp(5ms,)":                  "has too many parameters (character 9); ",
		"exp(5ms, 6ms)":              "has too many parameters (character 10); ",
		"exp(-5ms)":                  "has a mean that is negative (character 5); ",
		"exp(9000h)":                 "has a mean that is too long (character 5); ",
		"exp(rate=5)":                "has another parameter where mean is expected (character 5); ",
		"exp(=5)":                    "has a parameter whose name is empty (character 5); ",
		"exp(µ)":                     "has a mean that is not a duration (character 5); ",
		"uniform(1µs, x)":            "has a max that is not a duration (character 14); accepted: uniform(5ms, 20ms)",
		"uniform(5ms)":               "has no max (character 12); ",
		"uniform(, 5ms)":             "has no min (character 14); ",
		"uniform(5ms, )":             "has a max that is empty (character 14); ",
		"uniform(5ms 20ms)":          "has a min that is not a duration (character 9); ",
		"uniform(20ms, 5ms)":         "has a max below its min (character 15); ",
		"uniform(max=20ms, min=5ms)": "has another parameter where min is expected (character 9); ",

		"normal(50ms, 10ms)":     "has a parameter without a name where sd= is expected (character 14); accepted: normal(50ms, sd=10ms)",
		"normal(50ms)":           "has no sd (character 12); ",
		"normal(50ms, sd=x)":     "has an sd that is not a duration (character 17); ",
		"normal(50ms,  sd =  x)": "has an sd that is not a duration (character 21); ",

		"lognormal(p50=8ms)":                   "has one parameter instead of two (character 18); accepted: lognormal(p50=8ms, p99=60ms)",
		"lognormal(p50=8ms, p90=9ms, p99=1s)":  "has too many parameters (character 29); ",
		"lognormal(8ms, p99=60ms)":             "has a parameter that is not a quantile such as p50=8ms (character 11); ",
		"lognormal(mu=8ms, p99=60ms)":          "has a parameter whose name is not a quantile such as p50 or p99.9, between p0 and p100, with at most six decimals (character 11); ",
		"lognormal(p0=8ms, p99=60ms)":          "has a parameter whose name is not a quantile such as p50",
		"lognormal(p50=8ms, p100=60ms)":        "has a parameter whose name is not a quantile such as p50",
		"lognormal(p50=8ms, p99.9999999=60ms)": "has a parameter whose name is not a quantile such as p50",
		"lognormal(p=8ms, p99=60ms)":           "has a parameter whose name is not a quantile such as p50",
		"lognormal(p50=0, p99=60ms)":           "has a duration of 0, which this law cannot give (character 15); ",
		"lognormal(p50=8ms, p50=9ms)":          "has quantiles whose names do not rise (character 20); ",
		"lognormal(p99=8ms, p50=9ms)":          "has quantiles whose names do not rise (character 20); ",
		"lognormal(p50=8ms, p99=7ms)":          "has quantiles whose durations do not rise (character 24); ",

		"quantiles(p50=1ms, max=2ms)":           "does not begin with min= (character 11); ",
		"quantiles(min=1ms, p50=2ms)":           "does not end with max= (character 20); ",
		"quantiles(min=1ms)":                    "does not end with max= (character 11); ",
		"quantiles(max=1ms)":                    "does not begin with min= (character 11); ",
		"quantiles()":                           "does not begin with min= (character 11); ",
		"quantiles(min=1ms, min=1ms, max=2ms)":  "has a parameter whose name is not a quantile such as p50",
		"quantiles(min=1ms, p50=x, max=2ms)":    "has a quantile that is not a duration (character 24); ",
		"quantiles(min=9ms, p50=8ms, max=10ms)": "has quantiles whose durations do not rise (character 24); ",
		"quantiles(min=9ms, max=8ms)":           "has quantiles whose durations do not rise (character 24); ",

		"weighted()":            "has a parameter that is not a duration, a colon and a weight (character 10); accepted: weighted(150us: 10, 2ms: 5)",
		"weighted(5ms)":         "has a parameter that is not a duration, a colon and a weight (character 10); ",
		"weighted(a=5ms: 2)":    "has a parameter that is not a duration, a colon and a weight (character 10); ",
		"weighted(5ms: x)":      "has a weight that is not a number (character 10); ",
		"weighted(5ms: 1e3)":    "has a weight that is not a number (character 10); ",
		"weighted(5ms: 10%)":    "has a weight that is not a number (character 10); ",
		"weighted(5ms: NaN)":    "has a weight that is not a number (character 10); ",
		"weighted(5ms: 0)":      "has a weight that is not above 0 and at most 1000000000 (character 10); ",
		"weighted(5ms: -1)":     "has a weight that is not above 0 and at most 1000000000 (character 10); ",
		"weighted(5ms:1, x: 2)": "has a value that is not a duration (character 17); ",

		"file()":         "names no file (character 6); accepted: file(times.txt), a file with a duration a line",
		"file(gone)":     "names a file that cannot be opened (no such file); accepted: file(times.txt), a file with a duration a line",
		"file(a)":        "names a file whose line 1 is not a duration; ",
		"file(1++3d)":    "names a file whose line 3 is not a duration; ",
		"file(1+-1)":     "names a file whose line 2 is negative; ",
		"file(#1+ + )":   "names a file without a duration; ",
		"file(1ms) file": "goes on after its closing parenthesis (character 10); ",
	} {
		_, err := distribution.ParseWith(text, lines)
		var wrong *distribution.Error
		if !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
			continue
		}
		if strings.ContainsAny(err.Error(), "\"'<>&\\\n") {
			t.Errorf("%q: %v needs escapes", text, err)
		}
	}
	if _, err := distribution.Parse("file(times.txt)"); err == nil || !strings.HasPrefix(err.Error(), "names a file, which is not allowed here; accepted: uniform(") || strings.Contains(err.Error(), "times") {
		t.Errorf("a file without a way to open it: %v", err)
	}
}

// FilesIn opens regular files, from a folder if the path is relative.
func TestFilesIn(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"times.txt": "\ufeff1ms\r\n2ms\r\n", "large.txt": strings.Repeat("1ms\n", 1<<18+1), "full.txt": strings.Repeat("1ms\n", 1<<18-1) + "2s\n\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open := distribution.FilesIn(folder)
	for _, path := range []string{"times.txt", "./times.txt", filepath.Join(folder, "times.txt")} {
		d, err := distribution.ParseWith("file("+path+")", open)
		if err != nil {
			t.Fatal(err)
		}
		check.Equal(t, "largest", d.Quantile(1), 2*time.Millisecond)
	}
	if _, err := distribution.ParseWith("file(full.txt)", open); err != nil {
		t.Error(err)
	}
	for path, want := range map[string]string{
		"large.txt": "names a file of more than 1024 KiB; ", ".": "names a file that cannot be opened (not a regular file); ",
		"none.txt": "names a file that cannot be opened (no such file or directory); ", "a\x00b": "names a file that cannot be opened (invalid argument); ",
	} {
		if _, err := distribution.ParseWith("file("+path+")", open); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
	broken := func(string) (io.ReadCloser, error) { return io.NopCloser(failing{}), nil }
	if _, err := distribution.ParseWith("file(a)", broken); err == nil || !strings.HasPrefix(err.Error(), "names a file that cannot be read (broken pipe)") {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) {
	return 0, &os.PathError{Op: "read", Path: "secret", Err: errors.New("broken pipe")}
}

// FuzzParse reads any text: what is accepted shows as text that reads as the same, and draws within its bounds.
func FuzzParse(f *testing.F) {
	for _, text := range append(texts(), "5", "uniform(5ms, 5ms)", "exp(", "a=b=(,,=:)", "lognormal(p50=1ns, p50.000001=8760h)", "normal(8760h, sd=8760h)") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := distribution.ParseWith(text, lines)
		if err != nil {
			var wrong *distribution.Error
			if !errors.As(err, &wrong) || wrong.Offset < 0 || wrong.Offset > len(text) || strings.ContainsAny(err.Error(), "\n\r\"<&") {
				t.Errorf("%q: %#v", text, err)
			}
			return
		}
		if again, err := distribution.ParseWith(d.String(), lines); err != nil || !again.Equal(d) {
			t.Errorf("%q shows as %q, which reads as %v (%v)", text, d, again, err)
		}
		last := time.Duration(0)
		for _, p := range []float64{0, 5e-324, 1e-16, 1e-9, 0.01, 0.5, 0.500001, 0.99, 1 - 1e-9, 1 - 1e-16, 1} {
			x := d.Quantile(p)
			if x < last || x > distribution.LongestDuration {
				t.Errorf("%q: quantile %v is %v, after %v", text, p, x, last)
			}
			last = x
		}
		if m := d.Mean(); m < d.Quantile(0) || m > last {
			t.Errorf("%q: mean %v of what is from %v to %v", text, m, d.Quantile(0), last)
		}
	})
}
