package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/admin/live"
)

// target is a server in virtual time that sends almost eight frames a second while it is up.
type target struct {
	t    *testing.T
	mu   sync.Mutex
	down bool
	cut  []context.CancelFunc
	sent []string // commands
}

func (s *target) RoundTrip(req *http.Request) (*http.Response, error) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, fmt.Errorf("dial: %w", syscall.ECONNREFUSED)
	}
	if req.URL.Path != "/live" {
		s.sent = append(s.sent, req.Method+" "+req.URL.RequestURI())
		code, text := http.StatusOK, "[]"
		if strings.Contains(req.URL.RawQuery, "0") {
			code, text = http.StatusBadRequest, "value: too low"
		}
		return &http.Response{StatusCode: code, Body: io.NopCloser(strings.NewReader(text))}, nil
	}
	ctx, cancel := context.WithCancel(req.Context())
	s.cut = append(s.cut, cancel)
	r, w := io.Pipe()
	context.AfterFunc(ctx, func() { _ = w.Close() })
	go s.frames(ctx, w)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: r}, nil
}

func (s *target) frames(ctx context.Context, w io.Writer) {
	s.t.Helper()
	for n := 1; ; n++ {
		f := article(worker(2, 1, start))
		f.Time = admin.Millis(time.Now().UnixMilli())
		f.Workers[0].Statistics.Answered = int64(n)
		text, err := json.Marshal(f)
		if err != nil {
			s.t.Error(err)
		}
		if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", n, text); err != nil {
			return
		}
		select {
		case <-time.After(130 * time.Millisecond):
		case <-ctx.Done():
			return
		}
	}
}

// stop ends the server, and all its streams.
func (s *target) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = true
	for _, cut := range s.cut {
		cut()
	}
}

func (s *target) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = false
}

func TestLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := &target{t: t}
		session := newSession(Options{Client: live.New("http://x", "", s), Out: &out, For: 7500 * time.Millisecond})
		session.zone = time.UTC
		time.AfterFunc(2500*time.Millisecond, s.stop)
		time.AfterFunc(4500*time.Millisecond, s.begin)
		if err := session.run(t.Context()); err != nil {
			t.Error(err)
		}
		golden(t, "lines", out.String())
	})
}

func TestEnds(t *testing.T) {
	for _, tt := range []struct {
		name    string
		options Options
		down    bool
		want    string // lines, error and time
	}{
		{"after lines", Options{Frames: 3}, false, "3 <nil> 2s"},
		{"after a time", Options{For: 1500 * time.Millisecond}, false, "2 <nil> 1.5s"},
		{"never there", Options{}, true, "0 connection refused 1.75s"},
		{"never there, and a time", Options{For: time.Second}, true, "0 <nil> 1s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				tt.options.Out, tt.options.Client = &out, live.New("http://x", "", &target{t: t, down: tt.down})
				begun := time.Now()
				err := Run(t.Context(), tt.options)
				check.Equal(t, "end", fmt.Sprint(strings.Count(out.String(), "\n"), err, time.Since(begun)), tt.want)
			})
		})
	}
}

// A server that starts within two seconds is waited for.
func TestStartsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := &target{t: t, down: true}
		time.AfterFunc(time.Second, s.begin)
		err := Run(t.Context(), Options{Client: live.New("http://x", "", s), Out: &out, Frames: 1})
		if err != nil || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("error %v, output %q; want one line", err, &out)
		}
	})
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestBrokenOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := Run(t.Context(), Options{Client: live.New("http://x", "", &target{t: t}), Out: broken{}})
		check.Equal(t, "error", fmt.Sprint(err), "cannot print: io: read/write on closed pipe")
	})
}
