package config

import (
	"strings"
	"testing"
	"time"
)

// TestValues pins the values that each setting accepts, and its errors for others.
func TestValues(t *testing.T) {
	for _, tt := range []struct {
		option, value string
		want          string // as shown again; empty for an error
		complaint     string
	}{
		{"limit", "40", "40", ""},
		{"limit", "1", "1", ""},
		{"limit", "2147483647", "2147483647", ""},
		{"limit", "0", "", `"0" is too small; accepted: a whole number from 1 to 2147483647`},
		{"limit", "-3", "", `"-3" is too small; accepted: a whole number from 1 to 2147483647`},
		{"limit", "2147483648", "", `"2147483648" is too large;`},
		{"limit", "99999999999999999999", "", `"99999999999999999999" is out of range;`},
		{"limit", "NaN", "", `"NaN" is not a whole number;`},
		{"limit", "4.5", "", `"4.5" is not a whole number;`},
		{"limit", "1e3", "", `"1e3" is not a whole number;`},
		{"limit", " 40", "", `" 40" is not a whole number;`},
		{"limit", "", "", `"" is not a whole number;`},
		{"limit", "none", "", `"none" is not a whole number;`},
		{"queue", "unlimited", "unlimited", ""},
		{"queue", "0", "0", ""},
		{"queue", "-1", "", `"-1" is too small; accepted: a whole number from 0 to 2147483647, or unlimited`},
		{"workers", "1025", "", `"1025" is too large; accepted: a whole number from 1 to 1024`},
		{"limit-concurrency", "none", "none", ""},
		{"limit-concurrency", "0", "", `"0" is too small; accepted: a whole number from 1 to 2147483647, or none`},
		{"backlog", "0", "0", ""},

		{"sleep", "5", "5s", ""},
		{"sleep", "0", "0s", ""},
		{"sleep", "0.25", "250ms", ""},
		{"sleep", ".5", "500ms", ""},
		{"sleep", "800s", "13m20s", ""},
		{"sleep", "1h2m3s", "1h2m3s", ""},
		{"sleep", "120s", "2m", ""},
		{"sleep", "1h0m10s", "1h0m10s", ""},
		{"sleep", "10m", "10m", ""},
		{"sleep", "8760h", "8760h", ""},
		{"sleep", "8760h1s", "", `"8760h1s" is too long;`},
		{"sleep", "9999999999999999999999", "", `"9999999999999999999999" is too long;`},
		{"sleep", "9999999999h", "", `"9999999999h" is too long;`},
		{"sleep", "-1", "", `"-1" is negative; accepted: a duration such as 100ms, 5s or 2m (a bare number is seconds), from 0 to 8760h, or a distribution such as exp(50ms)`},
		{"sleep", "-100ms", "", `"-100ms" is negative;`},
		{"sleep", "-9999999999h", "", `"-9999999999h" is negative;`},
		{"sleep", "NaN", "", `"NaN" is not a duration;`},
		{"sleep", "Inf", "", `"Inf" is not a duration;`},
		{"sleep", "1e3", "", `"1e3" is not a duration;`},
		{"sleep", "5 s", "", `"5 s" is not a duration;`},
		{"sleep", "5d", "", `"5d" is not a duration;`},
		{"sleep", ".", "", `"." is not a duration;`},
		{"sleep", "", "", `"" is empty;`},
		{"sleep", "none", "", `"none" is not a duration;`},
		{"sleep", "exp(50ms)", "exp(50ms)", ""},
		{"sleep", "uniform(5ms,5ms)", "5ms", ""},
		{"sleep", "weighted(2ms: 5,150us: 10)", "weighted(150µs: 10, 2ms: 5)", ""},
		{"sleep", "uniform(20ms,5ms)", "", `"uniform(20ms,5ms)" has a max below its min (character 14); accepted: uniform(5ms, 20ms)`},
		{"sleep", "gauss(1)", "", `"gauss(1)" names no distribution; accepted: uniform(5ms, 20ms), exp(50ms), normal(50ms, sd=10ms), `},
		{"sleep", "file(testdata/times.txt)", "file(testdata/times.txt)", ""},
		{"sleep", "file(testdata)", "", `"file(testdata)" names a file that cannot be opened (not a regular file); accepted: file(times.txt), a file with a duration a line`},
		{"keep-alive", "exp(50ms)", "", `"exp(50ms)" is not a duration; accepted: a duration such as 100ms, 5s or 2m (a bare number is seconds), from 0 to 8760h`},
		{"graceful-timeout", "none", "none", ""},
		{"graceful-timeout", "0", "0s", ""},

		{"addr", ":8080", ":8080", ""},
		{"addr", "localhost:0", "localhost:0", ""},
		{"addr", "[::1]:65535", "[::1]:65535", ""},
		{"addr", "8080", "", `"8080" is not an address (missing port in address); accepted: host:port such as 127.0.0.1:8080 or :8080, with port 0 for a free port`},
		{"addr", "::1:80", "", `"::1:80" is not an address (too many colons in address);`},
		{"addr", "http://a:80", "", `"http://a:80" is not an address`},
		{"addr", "//a:80", "", `"//a:80" has an invalid host;`},
		{"addr", "a b:80", "", `"a b:80" has an invalid host;`},
		{"addr", ":65536", "", `":65536" has a port that is not a number from 0 to 65535;`},
		{"addr", ":-1", "", `":-1" has a port that is not a number from 0 to 65535;`},
		{"addr", ":http", "", `":http" has a port that is not a number from 0 to 65535;`},
		{"addr", ":", "", `":" has a port that is not a number from 0 to 65535;`},
		{"addr", "", "", `"" is empty;`},
		{"addr", "off", "", `"off" is not an address`},
		{"admin-addr", "off", "off", ""},
		{"admin-addr", ":x", "", `with port 0 for a free port, or off`},

		{"stack", "elm", "elm", ""},
		{"stack", "Oak", "", `"Oak" is unknown; accepted: oak, elm`},
		{"vintage", "2023", "", `"2023" is unknown; accepted: 2023-03, current`},
		{"mode", "", "", `"" is unknown; accepted: threadpool, async-misuse, cooperative`},
		{"app", "django", "", `"django" is unknown; accepted: fastapi, flask`},
		{"loop", "trio", "", `"trio" is unknown; accepted: auto, asyncio, uvloop`},
		{"http", "zttp", "", `"zttp" is unknown; accepted: auto, h11, httptools`},
		{"log-format", "text", "", `"text" is unknown; accepted: native, json, console, off`},

		{"ready-file", "/tmp/ready", "/tmp/ready", ""},
		{"ready-file", "", "", `"" is empty; accepted: a path`},
		{"ready-file", "a\x00b", "", `"a\x00b" contains a zero byte; accepted: a path`},
		{"trace", "/tmp/a.b/run.pftrace", "/tmp/a.b/run.pftrace", ""},
		{"trace", "run.ndjson", "run.ndjson", ""},
		{"trace", ".csv", ".csv", ""},
		{"trace", "run.json", "", `"run.json" has another ending; accepted: a path that ends in .pftrace (for Perfetto), .ndjson or .csv`},
		{"trace", "csv", "", `"csv" has another ending;`},
		{"trace", "", "", `"" is empty; accepted: a path that ends in`},
		{"trace-size", "64KiB", "64KiB", ""},
		{"trace-size", "1048576", "1MiB", ""},
		{"trace-size", "2GB", "2GB", ""},
		{"trace-size", "1025KiB", "1025KiB", ""},
		{"trace-size", "65536B", "64KiB", ""},
		{"trace-size", "65535", "", `"65535" is too small; accepted: a whole number from 64KiB to 1PiB with a unit such as MiB or MB, or of bytes`},
		{"trace-size", "2PiB", "", `"2PiB" is too large;`},
		{"trace-size", "9223372036854775807PiB", "", `"9223372036854775807PiB" is too large;`},
		{"trace-size", "9223372036854775808", "", `"9223372036854775808" is not a size;`},
		{"trace-size", "-1MiB", "", `"-1MiB" is not a size;`},
		{"trace-size", "1.5MiB", "", `"1.5MiB" is not a size;`},
		{"trace-size", "MiB", "", `"MiB" is not a size;`},
		{"trace-size", "", "", `"" is not a size;`},
		{"access-log-format", "json", "json", ""},
		{"access-log-format", "", "", `"" is empty; accepted: a format of atoms, or json`},

		{"admin-host", "target", "target", ""},
		{"admin-host", "Target-1.example.:9090,[::1],10.0.0.1:80", "Target-1.example.:9090,[::1],10.0.0.1:80", ""},
		{"admin-host", "", "", `"" is empty; accepted: host names or IP addresses with or without a port, such as target or target:9090, separated by commas`},
		{"admin-host", "a,,b", "", `"" is empty; accepted: host names`},
		{"admin-host", "a, b", "", `" b" is not a host name;`},
		{"admin-host", "*", "", `"*" is not a host name;`},
		{"admin-host", "http://a", "", `"http://a" has a port that is not a number from 0 to 65535;`},
		{"admin-host", "::1", "", `"::1" is not valid: an IPv6 address needs brackets, as in [::1];`},
		{"admin-host", "a:http", "", `"a:http" has a port that is not a number from 0 to 65535;`},
		{"admin-host", "a:", "", `"a:" has a port that is not a number from 0 to 65535;`},
		{"admin-token", "hush", "hush", ""},

		{"respawn", "true", "on", ""},
		{"respawn", "NO", "off", ""},
		{"respawn", "maybe", "", `"maybe" is neither on nor off; accepted: true or false, on or off, yes or no, 1 or 0`},
		{"respawn", "", "", `"" is neither on nor off;`},
		{"seed", "18446744073709551615", "18446744073709551615", ""},
		{"seed", "18446744073709551616", "", `"18446744073709551616" is not a seed; accepted: a whole number from 0 to 18446744073709551615`},
		{"seed", "-1", "", `"-1" is not a seed;`},
	} {
		t.Run(tt.option+"="+tt.value, func(t *testing.T) {
			kind := find(options(testStacks()), tt.option).kind
			cfg := oakValues()
			err := kind.read(&cfg, tt.value)
			if tt.complaint != "" {
				if err == nil || !strings.Contains(err.Error(), tt.complaint) {
					t.Fatalf("got %v, want an error with %s", err, tt.complaint)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := kind.show(&cfg); got != tt.want {
				t.Errorf("shown as %q, want %q", got, tt.want)
			}
			if err := kind.check(&cfg); err != nil {
				t.Errorf("what was read does not pass its own check: %v", err)
			}
		})
	}
}

func TestBareNumbersAreSecondsExactly(t *testing.T) {
	var cfg Config
	if err := find(options(testStacks()), "keep-alive").kind.read(&cfg, "0.1"); err != nil || cfg.KeepAlive != 100*time.Millisecond {
		t.Errorf("0.1 gave %v, %v; want 100ms", cfg.KeepAlive, err)
	}
}

func TestQuoteStaysShortAndOnOneLine(t *testing.T) {
	for _, tt := range []struct{ value, want string }{
		{"a\nb", `"a\nb"`},
		{strings.Repeat("x", 100), `"` + strings.Repeat("x", 60) + `"… (100 bytes)`},
		{strings.Repeat("x", 59) + "ü and more", `"` + strings.Repeat("x", 59) + `"… (70 bytes)`},
		{"\xff", `"\xff"`},
	} {
		if got := quote(tt.value); got != tt.want {
			t.Errorf("quote(%q) = %s, want %s", tt.value, got, tt.want)
		}
	}
}

// FuzzRead reads any text as any setting: an accepted value must show as text that reads as the same value, and an
// error must be one line.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"5", "100ms", "none", ":8080", "[::1]:0", "-1", "NaN", "", "a\nb", "1h1h", "0x10", "٣", "exp(1)", "quantiles(min=1,p9=2,max=3)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table := options(testStacks())
		for i := range table {
			o := &table[i]
			cfg, again := oakValues(), oakValues()
			if err := o.kind.read(&cfg, text); err != nil {
				if strings.ContainsAny(err.Error(), "\n\r") || cfg != again {
					t.Errorf("%s: %q: refused with %q and %+v", o.name, text, err, cfg)
				}
				continue
			}
			if err := o.kind.check(&cfg); err != nil {
				t.Errorf("%s: %q was read, and then refused: %v", o.name, text, err)
			}
			shown := o.kind.show(&cfg)
			sleep := cfg.Sleep
			err := o.kind.read(&again, shown)
			same := again.Sleep.Equal(sleep)
			if again.Sleep = sleep; err != nil || !same || again != cfg {
				t.Errorf("%s: %q shows as %q, which reads as another value (%v)", o.name, text, shown, err)
			}
		}
	})
}
