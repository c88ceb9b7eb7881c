package config

import (
	"strings"
	"testing"
)

func TestHeaderLines(t *testing.T) {
	cfg, err := Load(from([]string{"--vintage=current", "--header", "X-A:b, c", "--header=Server: mine", "--header", "x-empty:"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := [][2]string{{"x-a", "b, c"}, {"server", " mine"}, {"x-empty", ""}}
	got := cfg.HeaderLines()
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("field %d: got %q, want %q", i, got[i], want[i])
		}
	}
}

func TestWrongHeaders(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--header X-A", `flag --header: "X-A" has no colon; accepted: NAME:VALUE such as X-Served-By:target`},
		{"--header :b", `flag --header: ":b" has no name; accepted: NAME:VALUE such as X-Served-By:target`},
		{"--header a(:b", `flag --header: "a(:b" has a name with a character that names cannot have; accepted: NAME:VALUE such as X-Served-By:target`},
		{"--header a:\x01", `flag --header: "a:\x01" has a value with a control character; accepted: NAME:VALUE such as X-Served-By:target`},
		{"--header a:\u20ac", `flag --header: "a:€" has a value with a character that Latin-1 does not have; accepted: NAME:VALUE such as X-Served-By:target`},
		{"--header Connection:close", `flag --header: "Connection:close" changes how answers end, which is not imitated; accepted: NAME:VALUE such as X-Served-By:target`},
		{"--http h11 --header=a:b|", `flag --header: "a:b " has a value that begins or ends with a space, which --http h11 does not send; accepted: none, or --http httptools`},
	} {
		var args []string
		for arg := range strings.FieldsSeq("--vintage current " + c.args) {
			args = append(args, strings.ReplaceAll(arg, "|", " "))
		}
		_, err := Load(from(args, nil))
		wantLines(t, err, c.want)
	}
}

func TestNegations(t *testing.T) {
	cfg, err := Load(from([]string{"--vintage=current", "--no-proxy-headers", "--no-date-header", "--server-header"}, nil))
	if err != nil || cfg.ProxyHeaders || cfg.DateHeader || !cfg.ServerHeader {
		t.Errorf("got %v, proxy %t, date %t, server %t", err, cfg.ProxyHeaders, cfg.DateHeader, cfg.ServerHeader)
	}
	for _, c := range []struct{ args, want string }{
		{"--no-date-header=maybe", `flag --no-date-header: "maybe" is a value, and the flag takes none; accepted: --no-date-header, or --date-header=true or false, on or off, yes or no, 1 or 0`},
		{"--date-header --no-date-header", `flag --no-date-header: sets the same as flag --date-header; give only one of them`},
	} {
		_, err := Load(from(strings.Fields("--vintage current "+c.args), nil))
		wantLines(t, err, c.want)
	}
	_, err = Load(from([]string{"--no-date-header"}, nil))
	wantLines(t, err, `flag --no-date-header: "off" cannot be used with --stack oak --vintage 2023-03: its real server has no such option; accepted: only the default, on`)
}
