package journal_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
	"github.com/target-server/target-server/stacks/hypercorn"
)

// An access format shows a field's bytes as the characters of Latin-1 on every stack, once.
func TestFieldsInFormats(t *testing.T) {
	for _, stack := range stacks.All() {
		w := servertest.New(t, stack, func(c *config.Config) {
			c.AccessLogFormat, c.Sleep = "[%({x-odd}i)s %(u)s]", time.Second
		})
		w.Send(0, "GET /?id=1 HTTP/1.1\r\nHost: a\r\nX-Odd: a\x9b\xc2\x9bb\r\nAuthorization: Basic YTpi\r\n\r\n")
		w.Run(10 * time.Second)
		v, want := stack.Defaults.Values, "[a\u009b\u00c2\u009bb -]"
		if strings.HasPrefix(v.Stack, "gunicorn-") && v.Stack != "gunicorn-uvicorn" {
			want = "[a\u009b\u00c2\u009bb a]"
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
			c.AccessLogFormat, c.Sleep = format, time.Second
		})
		c := w.Send(0, "GET /?id=1 HTTP/1.1\r\nHost: a\r\n\r\n")
		w.At(100*time.Millisecond, c.Close)
		w.Run(10 * time.Second)
		if got := w.Workers[0].Stdout.String(); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q (alone: %s)", format, got, want, check.Alone(t))
		}
	}
}
