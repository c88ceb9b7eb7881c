package beside

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/target-server/target-server/server/admin"
)

// target is the server under load.
type target struct {
	admin  string // URL of its admin address
	url    string // of the server itself
	token  string // for the admin address; empty for none
	asking http.Transport
}

// newTarget makes a target that is asked without a proxy from the environment.
func newTarget(o Options) *target {
	return &target{
		admin: strings.TrimRight(o.Admin, "/"), url: strings.TrimRight(o.URL, "/"), token: o.Token,
	}
}

// worker is what was seen of one worker at one moment.
type worker struct {
	admin.Statistics
	spent time.Duration // processor time so far; 0 if it is not known
}

// sample is what was seen of the target and of this machine at one moment.
type sample struct {
	at      time.Time
	workers []worker
	busy    time.Duration // processor time of the whole machine; 0 if it is not known
}

// errHopeless marks a failure that waiting does not mend.
var errHopeless = errors.New("")

// sample looks once.
func (t *target) sample(ctx context.Context) (sample, error) {
	s := sample{at: time.Now(), busy: spentByAll()}
	all, err := t.statistics(ctx)
	if err != nil {
		return s, err
	}
	for _, one := range all {
		if one.Error != "" {
			return s, fmt.Errorf("worker %d: %s", one.Worker, printable([]byte(one.Error)))
		}
		s.workers = append(s.workers, worker{one, spentBy(one.Worker)})
	}
	if len(all) == 0 {
		return s, errors.New("no worker is running")
	}
	return s, nil
}

// longestAnswer bounds what is read of an answer, in bytes: some thousand workers.
const longestAnswer = 1 << 20

func (t *target) statistics(ctx context.Context) (all []admin.Statistics, err error) {
	within, cancel := context.WithTimeout(ctx, admin.Patience)
	defer cancel()
	req, err := http.NewRequestWithContext(within, http.MethodGet, t.admin+"/stats", http.NoBody)
	if err != nil {
		return nil, err
	}
	if t.token != "" {
		req.Header.Set("Authorization", "Bearer "+t.token)
	}
	answer, err := t.asking.RoundTrip(req)
	if err != nil {
		return nil, patience(ctx, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, longestAnswer))
	if err != nil {
		return nil, patience(ctx, err)
	}
	const accepted = "accepted: --admin-token TOKEN, --admin-token-file FILE, or the variable TARGET_SERVER_ADMIN_TOKEN"
	line := printable(text)
	switch {
	case answer.StatusCode == http.StatusUnauthorized && t.token == "":
		return nil, fmt.Errorf("it asks for a token; %s%w", accepted, errHopeless)
	case answer.StatusCode == http.StatusUnauthorized:
		return nil, fmt.Errorf("it does not accept this token; %s%w", accepted, errHopeless)
	case answer.StatusCode == http.StatusForbidden:
		return nil, fmt.Errorf("%s%w", line, errHopeless)
	case answer.StatusCode == http.StatusServiceUnavailable:
		return nil, errors.New(line)
	case answer.StatusCode != http.StatusOK || json.Unmarshal(text, &all) != nil:
		return nil, fmt.Errorf("this is not the admin address of a target-server: GET /stats got %d; accepted: "+
			"the address that the server was given as --admin-addr%w", answer.StatusCode, errHopeless)
	}
	return all, nil
}

// printable is the first line of what an address answered, which may be any server's: short, and safe for a terminal.
func printable(text []byte) string {
	const most = 300
	line, _, _ := strings.Cut(string(text[:min(len(text), most)]), "\n")
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, line)
}

// patience names the time that was waited in vain; ctx does not have that bound.
func patience(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("nothing came within %v", admin.Patience)
	}
	return plain(err)
}

// plain leaves out the address, which the caller names, of a refused connection.
func plain(err error) error {
	if errors.Is(err, syscall.ECONNREFUSED) {
		return syscall.ECONNREFUSED
	}
	return err
}

// first waits for a target that is still starting.
func (t *target) first(ctx context.Context, patience time.Duration) (sample, error) {
	s, err := retry(ctx, patience, func(ctx context.Context) (sample, error) { return t.sample(ctx) })
	switch {
	case err == nil || ctx.Err() != nil:
		return s, err
	case errors.Is(err, errHopeless):
		return s, fmt.Errorf("%s: %w", t.admin, err)
	}
	return s, fmt.Errorf("no answer from %s: %w; start the target with --admin-addr %s, or give the address that it has as --admin-addr here",
		t.admin, err, strings.TrimPrefix(t.admin, "http://"))
}

// locate finds out where the target listens, unless Options.URL said it, and checks that it answers there.
func (t *target) locate(ctx context.Context, s sample, patience time.Duration) error {
	given := t.url != ""
	if !given {
		found, err := t.listens(s.workers[0].Address)
		if err != nil {
			return err
		}
		t.url = found
	}
	patience = max(patience, time.Second)
	_, err := retry(ctx, patience, func(ctx context.Context) (check, error) {
		within, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		c := t.checkOnce(within)
		if c.err == nil && c.status == 0 {
			c.err = fmt.Errorf("no answer within %v", patience)
		}
		return c, c.err
	})
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case given:
		return fmt.Errorf("no answer from %s: %w; accepted as --url: where the target listens", t.url, err)
	}
	return fmt.Errorf("no answer from %s, where the target says that it listens: %w; if it has another address here, give it as --url", t.url, err)
}

// listens makes a URL of the address at which a worker listens. Where that is every interface, the one that leads to
// the admin address is taken.
func (t *target) listens(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("%s does not say where the target listens; give its URL as --url", t.admin)
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		known, err := url.Parse(t.admin)
		if err != nil {
			return "", err
		}
		host = known.Hostname()
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// retry tries until it succeeds, cannot, or patience has passed.
func retry[T any](ctx context.Context, patience time.Duration, try func(context.Context) (T, error)) (T, error) {
	for began := time.Now(); ; {
		found, err := try(ctx)
		if err == nil || errors.Is(err, errHopeless) || ctx.Err() != nil || time.Since(began) >= patience {
			return found, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(patience, 100*time.Millisecond)):
		}
	}
}

// check is a request to the target for a path that it does not have: no work, and no request in /stats.
type check struct {
	began  time.Time
	took   time.Duration // until the answer or, without one, until it was given up
	status int           // 0 without an answer
	err    error         // why it could not be made; nil also if it was given up
}

// checkOnce makes a check on a connection of its own. It gives up when ctx ends.
func (t *target) checkOnce(ctx context.Context) check {
	c := check{began: time.Now()}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url+"/target-server-beside/no-such-path", http.NoBody)
	if err != nil {
		c.err = err
		return c
	}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	c.took = time.Since(c.began)
	switch {
	case err == nil:
		_ = answer.Body.Close()
		c.status = answer.StatusCode
	case ctx.Err() == nil:
		c.err = plain(err)
	}
	return c
}

// checkEvery is the time between two checks. It is no multiple of a usual sleep, with which checks would keep step.
const checkEvery = 193 * time.Millisecond

// check makes checks, one after another, until ctx ends. The last one may then be without an answer.
func (t *target) check(ctx context.Context) (all []check) {
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		all = append(all, t.checkOnce(ctx))
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	return all
}

// watch looks until the generator has ended, whose error it returns. A look that fails is left out, since the target
// may be busy, unless it is the last one: failed has its error then.
func (t *target) watch(ctx context.Context, first sample, every time.Duration, ended <-chan error) (samples []sample, failed, err error) {
	samples = []sample{first}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			last, failed := t.sample(context.WithoutCancel(ctx))
			if failed == nil {
				samples = append(samples, last)
			}
			return samples, failed, err
		case <-tick.C:
			if s, err := t.sample(ctx); err == nil {
				samples = append(samples, s)
			}
		}
	}
}
