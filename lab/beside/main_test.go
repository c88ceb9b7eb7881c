package main

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/target-server/target-server/server/admin"
)

// workers are one that has answered a request more at each look. Whatever else
// the address can do is not asked for.
type workers struct {
	admin.Workers
	looks int64
}

func (w *workers) Statistics(context.Context) ([]admin.Statistics, error) {
	w.looks++
	return []admin.Statistics{{Limit: 40, Accepted: w.looks, Answered: w.looks}}, nil
}

func TestRun(t *testing.T) {
	target := httptest.NewServer(admin.Handler(&workers{}, admin.Access{}))
	defer target.Close()
	guarded := httptest.NewServer(admin.Handler(&workers{}, admin.Access{Token: "hush"}))
	defer guarded.Close()
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"a generator", []string{"-admin", target.URL, "--", "echo", "from the generator"}, 0, "from the generator\nbeside: the target's own account"},
		{"one that fails", []string{"-admin", target.URL, "--", "sh", "-c", "exit 3"}, 3, "beside: the target's own account"},
		{"one that is not there", []string{"-admin", target.URL, "--", "no-such-generator"}, 1, "no-such-generator"},
		{"a token", []string{"-admin", guarded.URL, "-token", "hush", "--", "true"}, 0, "beside: the target's own account"},
		{"a wrong token", []string{"-wait", "200ms", "-admin", guarded.URL, "-token", "x", "--", "true"}, 1, "/stats: 401 Unauthorized"},
		{"none", []string{"-admin", target.URL}, 2, "there is no generator"},
		{"no target", []string{"-wait", "200ms", "-admin", "http://127.0.0.1:1", "--", "true"}, 1, "was it started with --admin-addr?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			code := run(t.Context(), c.args, &out, &out)
			if code != c.code || !strings.Contains(out.String(), c.want) {
				t.Errorf("want %d and %q, got %d and\n%s", c.code, c.want, code, out.String())
			}
		})
	}
}
