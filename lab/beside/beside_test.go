package beside

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/eventually"
	"github.com/target-server/target-server/server/admin"
)

// workers is a worker that has answered one more request at each look. What else the admin address offers is not asked
// for.
type workers struct {
	admin.Workers
	address string
	looks   atomic.Int64
}

func (w *workers) Statistics(context.Context) ([]admin.Statistics, error) {
	n := w.looks.Add(1)
	return []admin.Statistics{{Worker: 1, Address: w.address, Limit: 40, Accepted: n, Answered: n}}, nil
}

// adminOf serves the admin address of a worker that says it listens there.
func adminOf(t *testing.T, address, token string) string {
	t.Helper()
	s := httptest.NewServer(admin.Handler(&workers{address: address}, admin.Access{Token: token}))
	t.Cleanup(s.Close)
	return s.URL
}

// gone is an address at which no one listens.
func gone(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestRun(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	other := httptest.NewServer(http.NotFoundHandler()) // of another program
	defer other.Close()
	rude := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "\x1b[2J\x00go away\nplease", http.StatusForbidden)
	}))
	defer rude.Close()
	listens := server.Listener.Addr().String()
	_, port, _ := net.SplitHostPort(listens)
	closed := gone(t)
	plain, guarded := adminOf(t, listens, ""), adminOf(t, listens, "hush")
	echo := []string{"echo", "from the generator"}
	for _, c := range []struct {
		name    string
		options Options
		status  int
		want    string
		failed  string // in the error; none if empty
	}{
		{"a generator", Options{Admin: plain, Command: echo}, 0, "from the generator\nbeside: what the target, " + server.URL + ", counted in ", ""},
		{"every interface", Options{Admin: adminOf(t, "0.0.0.0:"+port, ""), Command: echo}, 0, "target, " + server.URL + ", counted", ""},
		{"a URL that is given", Options{Admin: adminOf(t, closed, ""), URL: server.URL + "/", Command: echo}, 0, "target, " + server.URL + ", counted", ""},
		{"one that fails", Options{Admin: plain, Command: []string{"sh", "-c", "exit 3"}}, 3, "beside: ", ""},
		{"a token", Options{Admin: guarded, Token: "hush", Command: echo}, 0, "beside: ", ""},
		{"no token", Options{Admin: guarded, Command: echo}, 0, "", "asks for a token; accepted: --admin-token"},
		{"a wrong token", Options{Admin: guarded, Token: "x", Command: echo}, 0, "", "does not accept this token"},
		{"another server", Options{Admin: other.URL, Command: echo}, 0, "", "is not the admin address of a target-server: GET /stats got 404"},
		{"an answer that is no line", Options{Admin: rude.URL, Command: echo}, 0, "", ": ?[2J?go away"},
		{"no admin address", Options{Admin: "http://" + closed, Command: echo}, 0, "", "connection refused; start the target with --admin-addr "},
		{"a target that is not there", Options{Admin: adminOf(t, closed, ""), Command: echo}, 0, "", "where the target says that it listens"},
		{"a URL where no target is", Options{Admin: plain, URL: "http://" + closed, Command: echo}, 0, "", "no answer from http://" + closed + ": connection refused; accepted as --url"},
		{"a target that does not say where", Options{Admin: adminOf(t, "", ""), Command: echo}, 0, "", "give its URL as --url"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			c.options.Every, c.options.Wait, c.options.Stdout, c.options.Stderr = 10*time.Millisecond, 50*time.Millisecond, &out, &out
			r, err := Run(t.Context(), c.options)
			if r.Seen() {
				out.WriteString(r.Text())
			}
			if r.Status != c.status || !strings.Contains(out.String(), c.want) {
				t.Errorf("want %d and %q, got %d and\n%s", c.status, c.want, r.Status, out.String())
			}
			if (err == nil) != (c.failed == "") || err != nil && (!strings.Contains(err.Error(), c.failed) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("want the error %q, got %v", c.failed, err)
			}
		})
	}
}

// A target that ends while the generator runs is an error, and no verdict is given as if nothing had happened.
func TestATargetThatEnds(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	seen := &workers{address: server.Listener.Addr().String()}
	address := httptest.NewServer(admin.Handler(seen, admin.Access{}))
	defer address.Close()
	reads, writes, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reads.Close()
	ended := make(chan error, 1)
	go func() {
		r, err := Run(t.Context(), Options{
			Admin: address.URL, Every: time.Millisecond, Wait: time.Second, Command: []string{"cat"}, Stdin: reads, Stdout: io.Discard, Stderr: io.Discard,
		})
		if strings.Contains(r.Text(), "\nbeside: ") {
			t.Errorf("there is a verdict:\n%s", r.Text())
		}
		ended <- err
	}()
	eventually.True(t, "it looks while the generator runs", func() bool { return seen.looks.Load() > 2 })
	address.CloseClientConnections()
	address.Close()
	writes.Close() // which ends cat
	if err := <-ended; err == nil || !strings.HasPrefix(err.Error(), "no verdict: the target stopped answering at "+address.URL) {
		t.Errorf("got %v, want that it stopped answering", err)
	}
}

// An interrupted run reports what was seen until then.
func TestInterrupted(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	seen := &workers{address: server.Listener.Addr().String()}
	address := httptest.NewServer(admin.Handler(seen, admin.Access{}))
	defer address.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	go func() {
		eventually.Within(eventually.Patience, func() bool { return seen.looks.Load() > 2 })
		interrupt()
	}()
	r, err := Run(ctx, Options{Admin: address.URL, Every: time.Millisecond, Wait: time.Second, Command: []string{"sleep", "60"}, Stdout: io.Discard, Stderr: io.Discard})
	if err == nil || err.Error() != "interrupted; the report is of the time until then" || !strings.Contains(r.Text(), "\nbeside: the target") {
		t.Errorf("got %v and\n%s", err, r.Text())
	}
}
