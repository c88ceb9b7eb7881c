package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/internal/check"
)

// script is a server in virtual time: for each attempt what it does.
type script struct {
	start    time.Time
	attempts []func(stream) // the last one is repeated
	asked    []string
}

// stream is what an attempt writes to.
type stream struct {
	*io.PipeWriter
	refuse func(error)
	answer func(code int, kind string)
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	s.asked = append(s.asked, fmt.Sprintf("%v %s %s", time.Since(s.start), req.Method, req.URL))
	n := min(len(s.asked), len(s.attempts)) - 1
	r, w := io.Pipe()
	context.AfterFunc(req.Context(), func() { _ = r.CloseWithError(req.Context().Err()) })
	type outcome struct {
		code int
		kind string
		err  error
	}
	begun := make(chan outcome, 1)
	go func() {
		defer w.Close()
		s.attempts[n](stream{
			w, func(err error) { begun <- outcome{err: err} }, func(code int, kind string) { begun <- outcome{code: code, kind: kind} },
		})
	}()
	o := <-begun
	if o.err != nil {
		return nil, o.err
	}
	return &http.Response{StatusCode: o.code, Header: http.Header{"Content-Type": {o.kind}}, Body: r}, nil
}

func sends(text string) func(stream) {
	return func(s stream) {
		s.answer(200, "text/event-stream")
		_, _ = io.WriteString(s, text)
	}
}

func refuses(s stream) { s.refuse(fmt.Errorf("dial: %w", syscall.ECONNREFUSED)) }

// follow runs Follow for a while, and returns a line for each event.
func follow(t *testing.T, s *script, d time.Duration) (lines []string, err error) {
	t.Helper()
	s.start = time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	err = New("http://x/", "", s).Follow(ctx, func(e Event) {
		line := fmt.Sprint(time.Since(s.start), " ")
		switch {
		case e.Frame != nil:
			line += fmt.Sprintf("frame %v missed %d", e.Frame.Time, e.Missed)
		case e.Lost != nil:
			line += fmt.Sprintf("lost: %v, again in %v", e.Lost, e.Again)
		default:
			line += "trouble: " + e.Trouble
		}
		lines = append(lines, line)
	})
	return lines, err
}

func TestFollow(t *testing.T) {
	for _, tt := range []struct {
		name     string
		attempts []func(stream)
		want     string
	}{
		{
			"frames, and one that was missed",
			[]func(stream){sends("retry: 3000\n\nid: 1\ndata: {\"time\":1}\n\nid: 4\ndata: {\"time\":2}\n\n")},
			"0s frame 1 missed 0; 0s frame 2 missed 2; 0s lost: it has ended the stream, again in 3s; 3s frame 1 missed 0; 3s frame 2 missed 2; 3s lost: it has ended the stream, again in 3s",
		},
		{
			"pauses grow while it is down, and are short again afterwards",
			[]func(stream){refuses, refuses, refuses, sends("data: {\"time\":1}\n\n"), refuses},
			"0s lost: connection refused, again in 250ms; 250ms lost: connection refused, again in 500ms; 750ms lost: connection refused, again in 1s; " +
				"1.75s frame 1 missed 0; 1.75s lost: it has ended the stream, again in 250ms; 2s lost: connection refused, again in 500ms; " +
				"2.5s lost: connection refused, again in 1s; 3.5s lost: connection refused, again in 2s",
		},
		{
			"a stream that falls silent is given up",
			[]func(stream){func(s stream) {
				s.answer(200, "text/event-stream; charset=utf-8")
				_, _ = io.WriteString(s, "data: {\"time\":1}\n\n")
				time.Sleep(4 * time.Second)
				_, _ = io.WriteString(s, ": still here\n\n")
				time.Sleep(time.Hour)
			}, refuses},
			"0s frame 1 missed 0; 10s lost: it has sent nothing for 6s, again in 250ms; 10.25s lost: connection refused, again in 500ms; 10.75s lost: connection refused, again in 1s",
		},
		{
			"trouble and garbage",
			[]func(stream){func(s stream) {
				sends("event: trouble\ndata: {\"error\":\"no \\u001b[2J worker\"}\n\ndata: garbage\n\ndata: [1]\n\ndata: {}\n\nevent: other\ndata: {\"time\":1}\n\n" + "data: {\"time\":9}\n\n")(s)
				time.Sleep(time.Hour)
			}},
			"0s trouble: no ?[2J worker" + strings.Repeat("; 0s trouble: an event cannot be read; is the server of another version?", 4) + "; 0s frame 9 missed 0; 6s lost: it has sent nothing for 6s, again in 250ms",
		},
		{
			"too many clients may pass",
			[]func(stream){func(s stream) {
				s.answer(429, "text/plain")
				_, _ = io.WriteString(s, "too many clients\nmore")
			}, sends("data: {\"time\":1}\n\n"), refuses},
			"0s lost: too many clients, again in 250ms; 250ms frame 1 missed 0; 250ms lost: it has ended the stream, again in 250ms; " +
				"500ms lost: connection refused, again in 500ms; 1s lost: connection refused, again in 1s; 2s lost: connection refused, again in 2s",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				duration := 3900 * time.Millisecond
				if strings.Contains(tt.want, " 6s") {
					duration = 11 * time.Second
				}
				lines, err := follow(t, &script{attempts: tt.attempts}, duration)
				if err != nil {
					t.Error(err)
				}
				got := strings.Join(lines, "; ")
				if tt.name == "trouble and garbage" { // which is repeated
					got = got[:min(len(got), len(tt.want))]
				}
				check.Equal(t, "events", got, tt.want)
				time.Sleep(2 * time.Hour) // the scripts end
			})
		})
	}
}

// Trying again is of no use.
func TestFollowOfAWrongAddress(t *testing.T) {
	for _, tt := range []struct {
		code       int
		kind, body string
		token      string
		want       string
	}{
		{401, "text/plain", "a token is needed", "", "it asks for a token; accepted: --admin-token TOKEN, --admin-token-file FILE, or the variable TARGET_SERVER_ADMIN_TOKEN"},
		{401, "text/plain", "a token is needed", "hush", "it does not accept this token; accepted: --admin-token TOKEN, --admin-token-file FILE, or the variable TARGET_SERVER_ADMIN_TOKEN"},
		{403, "text/plain", "Host \"evil\": is\x1b not\nthis", "", `Host "evil": is? not`},
		{404, "application/json", `{"detail":"Not Found"}`, "", "this is not the admin address of a target-server: GET /live got 404; accepted: the address that the server was given as --admin-addr"},
		{200, "text/html", "<html>", "", "this is not the admin address of a target-server: GET /live got 200; accepted: the address that the server was given as --admin-addr"},
		{302, "text/html", "", "", "this is not the admin address of a target-server: GET /live got 302; accepted: the address that the server was given as --admin-addr"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{attempts: []func(stream){func(s stream) {
				s.answer(tt.code, tt.kind)
				_, _ = io.WriteString(s, tt.body)
			}}}
			err := New("http://x", tt.token, s).Follow(t.Context(), func(e Event) { t.Errorf("event %+v", e) })
			if _, ok := errors.AsType[*AddressError](err); !ok {
				t.Fatalf("%d: got %v, want an AddressError", tt.code, err)
			}
			check.Equal(t, "error", err.Error(), tt.want)
			check.Equal(t, "attempts", len(s.asked), 1)
		})
	}
}

func TestSend(t *testing.T) {
	var asked string
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		asked = req.Method + " " + req.RequestURI + " " + req.Header.Get("Authorization")
		if req.URL.Query().Get("value") == "0" {
			http.Error(rw, `value: "0" is out of range`, http.StatusBadRequest)
		}
	}))
	defer s.Close()
	c := New(s.URL, "hush", nil)
	if err := c.Send(t.Context(), http.MethodPut, "/limit?value=7"); err != nil || asked != "PUT /limit?value=7 Bearer hush" {
		t.Errorf("asked %q, error %v", asked, err)
	}
	err := c.Send(t.Context(), http.MethodPut, "/limit?value=0")
	check.Equal(t, "error", fmt.Sprint(err), `value: "0" is out of range`)
	s.Close()
	err = New(s.URL, "", nil).Send(t.Context(), http.MethodPut, "/limit?value=7")
	check.Equal(t, "error", fmt.Sprint(err), "connection refused")
}
