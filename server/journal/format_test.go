package journal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
	"github.com/target-server/target-server/stacks/hypercorn"
)

// An access format shows a field's bytes as the characters of Latin-1 on every stack, once.
func TestFieldsInFormats(t *testing.T) {
	for _, stack := range stacks.All() {
		w := servertest.New(t, stack, func(c *config.Config) {
			c.AccessLogFormat, c.Sleep = "[%({x-odd}i)s %(u)s]", distribution.Of(time.Second)
		})
		w.Send(0, "GET /?id=1 HTTP/1.1\r\nHost: a\r\nX-Odd: a\x9b\xc2\x9bb\r\nAuthorization: Basic YTpi\r\n\r\n")
		w.Run(10 * time.Second)
		v, want := stack.Defaults.Values, "[a\u009b\u00c2\u009bb a]"
		if strings.HasPrefix(v.Stack, "hypercorn") { // which has no user
			want = "[a\u009b\u00c2\u009bb -]"
		}
		if got := w.Workers[0].Stdout.String() + w.Workers[0].Stderr.String(); !strings.Contains(got, want) {
			t.Errorf("%s at %s: got %q, want %q in it (alone: %s)", v.Stack, v.Vintage, got, want, check.Alone(t))
		}
	}
}

// atomsOf is what each atom shows of the requests of TestEveryAtom: in gunicorn, in Hypercorn, and on a server that has
// neither's formats.
func atomsOf() []struct{ atom, gunicorn, hypercorn, either string } {
	return []struct{ atom, gunicorn, hypercorn, either string }{
		{"h", "127.0.0.1", "127.0.0.1:40001", "127.0.0.1"},
		{"l", "-", "-", "-"},
		{"u", "ann", "-", "ann"},
		{"t", "[18/Mar/2023:12:00:01 +0000]", "[18/Mar/2023:12:00:01 +0000]", "[18/Mar/2023:12:00:01 +0000]"},
		{"r", "GET /?id=1&x=%20 HTTP/1.1", "GET / 1.1", "GET /?id=1&x=%20 HTTP/1.1"},
		{"R", "-", "GET /?id=1&x=%20 1.1", "GET /?id=1&x=%20 1.1"},
		{"m", "GET", "GET", "GET"},
		{"U", "/", "/", "/"},
		{"Uq", "-", "/?id=1&x=%20", "/?id=1&x=%20"},
		{"q", "id=1&x=%20", "id=1&x=%20", "id=1&x=%20"},
		{"H", "HTTP/1.1", "1.1", "HTTP/1.1"},
		{"s", "200", "200", "200"},
		{"st", "-", "OK", "OK"},
		{"S", "-", "http", "http"},
		{"f", "one", "one", "one"},
		{"a", "lab", "lab", "lab"},
		{"T", "1", "1", "1"},
		{"M", "1500", "-", "1500"},
		{"D", "1500000", "1500000", "1500000"},
		{"L", "1.500000", "1.500000", "1.500000"},
		{"{Referer}i", "one", "one", "one"},
		{"{x-none}i", "-", "-", "-"},
		{"{x-none}o", "-", "-", "-"},
		{"{HTTP_REFERER}e", "one", "-", "one"},
		{"{Raw_URI}e", "/?id=1&x=%20", "-", "/?id=1&x=%20"},
		{"{LAB_SHOWN}e", "-", "of the process", "-"},
	}
}

// Each atom works on every stack: those of a server that has such formats mean what they mean there.
func TestEveryAtom(t *testing.T) {
	t.Setenv("LAB_SHOWN", "of the process")
	const head = "GET /?id=1&x=%20 HTTP/1.1\r\nHost: a\r\nReferer: one\r\nUser-Agent: lab\r\nAuthorization: Basic YW5uOmI=\r\n\r\n"
	var format strings.Builder
	for _, a := range atomsOf() {
		format.WriteString(a.atom + "=%(" + a.atom + ")s|")
	}
	for _, stack := range stacks.All() {
		w := servertest.New(t, stack, func(c *config.Config) {
			c.AccessLogFormat, c.Sleep = format.String(), distribution.Of(1500*time.Millisecond)
		})
		w.Send(0, head)
		w.Run(10 * time.Second)
		v := stack.Defaults.Values
		got := w.Workers[0].Stdout.String() + w.Workers[0].Stderr.String()
		for _, a := range atomsOf() {
			want := a.either
			switch {
			case strings.HasPrefix(v.Stack, "hypercorn"):
				want = a.hypercorn
			case v.Stack == "gunicorn-sync", v.Stack == "gunicorn-gthread":
				want = a.gunicorn
			}
			if !strings.Contains(got, a.atom+"="+want+"|") {
				t.Errorf("%s at %s: want %s=%s in %s (alone: %s)", v.Stack, v.Vintage, a.atom, want, got, check.Alone(t))
			}
		}
	}
}

// Of several fields of one name, an i atom shows the last. Gunicorn's f shows all, as they are joined in the WSGI
// environment, and waitress itself joins them.
func TestRepeatedFields(t *testing.T) {
	for _, stack := range stacks.All() {
		w := servertest.New(t, stack, func(c *config.Config) { c.AccessLogFormat = "[%(f)s] [%({referer}i)s]" })
		w.Send(0, "GET /nowhere HTTP/1.1\r\nHost: a\r\nReferer: one\r\nReferer: two\r\n\r\n")
		w.Run(10 * time.Second)
		v, want := stack.Defaults.Values, "[one,two] [two]\n"
		switch {
		case strings.HasPrefix(v.Stack, "hypercorn"):
			want = "[two] [two]\n"
		case v.Stack == "waitress":
			want = "[one, two] [one, two]\n"
		}
		if got := w.Workers[0].Stdout.String() + w.Workers[0].Stderr.String(); !strings.Contains(got, want) {
			t.Errorf("%s at %s: got %q, want %q in it (alone: %s)", v.Stack, v.Vintage, got, want, check.Alone(t))
		}
	}
}

// The newer Hypercorn logs a client that leaves before its answer: without a status or a length, in any format.
func TestDepartureInAFormatOfOnesOwn(t *testing.T) {
	for format, want := range map[string]string{
		`%(m)s %(s)s %(b)s %({server}o)s`: "GET - - -\n",
		"json":                            `"status":0,"length":0,`,
	} {
		w := servertest.New(t, hypercorn.StackCurrent(), func(c *config.Config) {
			c.AccessLogFormat, c.Sleep = format, distribution.Of(time.Second)
		})
		c := w.Send(0, "GET /?id=1 HTTP/1.1\r\nHost: a\r\n\r\n")
		w.At(100*time.Millisecond, c.Close)
		w.Run(10 * time.Second)
		if got := w.Workers[0].Stdout.String(); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q (alone: %s)", format, got, want, check.Alone(t))
		}
	}
}
