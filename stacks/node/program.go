package node

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// Program is the article's program as it is usually written for Node: a listener for requests that checks the URL and
// ignores the method.
type Program struct{ worker *server.Worker }

func newProgram(w *server.Worker) server.App {
	if p := w.Config().Program; p != nil {
		return newDescribed(w, p)
	}
	return &Program{w}
}

// Handle implements [server.App].
func (p *Program) Handle(e http1.Exchange, _ *http1.Head) {
	if e.Path() != "/" {
		e.Reply(NotFound)
		return
	}
	id, found := Get(e.Query(), "id")
	if !found {
		e.Reply(MissingID)
		return
	}
	sleep, problem := p.worker.Sleep(Get(e.Query(), "sleep"))
	if problem != "" {
		e.Reply(page(http.StatusBadRequest, problem))
		return
	}
	p.worker.Hold(e, id, sleep)
}

// ID implements [server.App].
func (p *Program) ID(e http1.Exchange) string {
	id, _ := Get(e.Query(), "id")
	return id
}

// Hello implements [server.App].
func (p *Program) Hello(id string) *http1.Answer { return Hello(id) }

// Failed has no answer: no handler here raises, and in Node the process would end.
func (p *Program) Failed() *http1.Answer { return nil }

// QueueFull is for our own --queue.
func (p *Program) QueueFull() *http1.Answer { return Unavailable }

// What the program answers when it does no work.
var (
	NotFound    = page(http.StatusNotFound, "Not Found")
	MissingID   = page(http.StatusBadRequest, "id is missing")
	Unavailable = page(http.StatusServiceUnavailable, "Service Unavailable")
)

// Hello is what it answers after the work.
func Hello(id string) *http1.Answer { return page(http.StatusOK, "hello #"+id) }

func page(status int, text string) *http1.Answer { return &http1.Answer{Status: status, Body: text} }

// Get is URLSearchParams.get: the first parameter of that name. query is as it was sent; a question mark before it does
// not count.
func Get(query, name string) (value string, found bool) {
	for pair := range strings.SplitSeq(strings.TrimPrefix(query, "?"), "&") {
		key, val, _ := strings.Cut(pair, "=")
		if pair != "" && decode(key) == name {
			return decode(val), true
		}
	}
	return "", false
}

// decode is querystring.unescape, after "+" has become a space.
func decode(s string) string { return unescape(strings.ReplaceAll(s, "+", " ")) }

// unescape is querystring.unescape. A byte that is not ASCII is a character to Node (latin1), unless decodeURIComponent
// fails: then it is a byte again.
func unescape(s string) string {
	if isASCII(s) {
		return http1.Unquote(s)
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	if !escape.MatchString(s) {
		return string(runes)
	}
	if decoded, err := url.PathUnescape(string(runes)); err == nil && utf8.ValidString(decoded) {
		return decoded
	}
	return http1.Unquote(s)
}

var escape = regexp.MustCompile("%[0-9A-Fa-f]{2}")

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
