package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/target-server/target-server/server/admin"
)

// The pauses of Follow.
const (
	silence  = 6 * time.Second        // without a byte the stream is given up; the server sends some every two seconds
	shortest = 250 * time.Millisecond // between two attempts; it doubles with each that fails
	longest  = 8 * time.Second
)

// Client asks one admin address.
type Client struct {
	url, token string
	transport  http.RoundTripper
}

// New makes a client of the admin address with this URL, as in http://127.0.0.1:9090. The token is empty if the address
// needs none. A nil transport is one that uses no proxy from the environment.
func New(url, token string, transport http.RoundTripper) *Client {
	if transport == nil {
		transport = &http.Transport{ResponseHeaderTimeout: admin.Patience}
	}
	return &Client{strings.TrimRight(url, "/"), token, transport}
}

// Event is what Follow reports: one of Frame, Trouble and Lost is set.
type Event struct {
	Frame *admin.Frame
	// Missed is how many frames the server has sent since the last one that this client got. A client that reads too slowly
	// misses some.
	Missed int64
	// Trouble is why there is no frame at this moment, although the connection exists.
	Trouble string
	// Lost is why there is no connection. Follow connects again after Again.
	Lost  error
	Again time.Duration
}

// AddressError is an error that trying again does not mend: the address is not that of a target-server, or it does not
// let this client in.
type AddressError struct{ Reason string }

func (e *AddressError) Error() string { return e.Reason }

// Follow calls heard for each event until ctx ends, and then returns nil, or until it meets an AddressError, and then
// returns that.
func (c *Client) Follow(ctx context.Context, heard func(Event)) error {
	pause := time.Duration(0)
	for {
		first, err := c.read(ctx, func(e Event) {
			pause = 0
			heard(e)
		})
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the stream has ended because ctx has
		}
		if wrong, ok := errors.AsType[*AddressError](err); ok {
			return wrong
		}
		pause = min(longest, max(2*pause, first, shortest))
		heard(Event{Lost: err, Again: pause})
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
	}
}

// read follows one stream to its end. retry is how long the server asks its clients to wait before the next attempt.
func (c *Client) read(ctx context.Context, heard func(Event)) (retry time.Duration, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(silence, func() { cancel(fmt.Errorf("it has sent nothing for %v", silence)) })
	defer watchdog.Stop()
	answer, err := c.ask(ctx, http.MethodGet, "/live")
	if err != nil {
		return 0, plain(ctx, err)
	}
	defer answer.Body.Close()
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind != "text/event-stream" {
		return 0, c.unusable("GET /live", answer)
	}
	d := newDecoder(watched{answer.Body, watchdog})
	for last := int64(0); ; {
		e, err := d.next()
		if errors.Is(err, io.EOF) && ctx.Err() == nil {
			return d.retry, errors.New("it has ended the stream")
		}
		if err != nil {
			return d.retry, plain(ctx, err)
		}
		told := e.told()
		if last > 0 && e.id > last+1 {
			told.Missed = e.id - last - 1
		}
		last = e.id
		heard(told)
	}
}

// watched puts off a watchdog with everything that is read.
type watched struct {
	io.Reader
	watchdog *time.Timer
}

func (w watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if n > 0 {
		w.watchdog.Reset(silence)
	}
	return n, err
}

// told is what Follow reports of an event.
func (e event) told() Event {
	switch {
	case e.cut:
		return Event{Trouble: fmt.Sprintf("a frame has more than %d MiB, and is left out", longestEvent>>20)}
	case e.name == "trouble":
		var trouble struct{ Error string }
		if json.Unmarshal(e.data, &trouble) == nil && trouble.Error != "" {
			return Event{Trouble: printable([]byte(trouble.Error))}
		}
	case e.name == "":
		frame := &admin.Frame{}
		if err := json.Unmarshal(e.data, frame); err == nil && frame.Time > 0 {
			return Event{Frame: frame}
		}
	}
	return Event{Trouble: "an event cannot be read; is the server of another version?"}
}

// Send sends a command, such as PUT with /limit?value=10, and returns what the server says against it.
func (c *Client) Send(ctx context.Context, method, target string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 2*admin.Patience, fmt.Errorf("no answer within %v", 2*admin.Patience))
	defer cancel()
	answer, err := c.ask(ctx, method, target)
	if err != nil {
		return plain(ctx, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		path, _, _ := strings.Cut(target, "?")
		return c.unusable(method+" "+path, answer)
	}
	return nil
}

func (c *Client) ask(ctx context.Context, method, target string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.url+target, http.NoBody)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return c.transport.RoundTrip(req)
}

// unusable says what is wrong with an answer other than the one asked for.
func (c *Client) unusable(request string, answer *http.Response) error {
	const accepted = "accepted: --admin-token TOKEN, --admin-token-file FILE, or the variable TARGET_SERVER_ADMIN_TOKEN"
	text, _ := io.ReadAll(io.LimitReader(answer.Body, longestLine))
	line := printable(text)
	switch code := answer.StatusCode; {
	case code == http.StatusUnauthorized && c.token == "":
		return &AddressError{"it asks for a token; " + accepted}
	case code == http.StatusUnauthorized:
		return &AddressError{"it does not accept this token; " + accepted}
	case code == http.StatusForbidden && line != "":
		return &AddressError{line}
	case (code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable || code == http.StatusBadRequest) && line != "":
		return errors.New(line)
	default:
		return &AddressError{fmt.Sprintf("this is not the admin address of a target-server: %s got %d; accepted: "+
			"the address that the server was given as --admin-addr", request, code)}
	}
}

// longestLine bounds what is shown of an answer, in bytes.
const longestLine = 300

// printable is the first line of a text from outside: short, and safe for a terminal.
func printable(text []byte) string {
	line, _, _ := strings.Cut(string(text[:min(len(text), longestLine)]), "\n")
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, line)
}

// plain is an error without the address, which the caller names.
func plain(ctx context.Context, err error) error {
	switch cause := context.Cause(ctx); {
	case cause != nil:
		return cause
	case errors.Is(err, syscall.ECONNREFUSED):
		return syscall.ECONNREFUSED
	}
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		return fmt.Errorf("no answer within %v", admin.Patience)
	}
	return errors.New(printable([]byte(err.Error())))
}
