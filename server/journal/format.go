package journal

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/server/http1"
)

// Format is how a server applies an access log format given with --access-log-format. The zero value is for servers that
// have no such formats.
type Format struct {
	// Atoms is the dialect of the format.
	Atoms accesslog.Dialect
	// Begin appends a prefix to each line; nil means none.
	Begin func(b []byte, now time.Time) []byte
	// Target is how it shows a target: the whole, its path and its query. Nil shows them as Uvicorn's access lines do.
	Target func(e http1.Exchange) (target, path, query string)
	// User is the user that a request names; nil means as gunicorn 27 finds it.
	User func(e http1.Exchange) string
	// Variable is a variable that an e atom shows, by its name in lower case; nil means [Format.Environ].
	Variable func(e http1.Exchange, name string) (value string, found bool)
	// WSGI means that the request's fields are already text, not the bytes as received.
	WSGI bool
}

func (f *Format) targetOf(e http1.Exchange) (target, path, query string) {
	if f.Target != nil {
		return f.Target(e)
	}
	target = e.LogTarget()
	path, query, _ = strings.Cut(target, "?")
	return target, path, query
}

func (f *Format) userOf(e http1.Exchange) string {
	if f.User != nil {
		return f.User(e)
	}
	return BasicUser(e, UserBeforeColon)
}

func (f *Format) variableOf(e http1.Exchange, name string) (string, bool) {
	if f.Variable != nil {
		return f.Variable(e, name)
	}
	return f.Environ(e, name)
}

// lastField is the last of a request's fields of that name.
func (f *Format) lastField(e http1.Exchange, name string) (value string, found bool) {
	values := e.Fields().Values(name)
	if len(values) == 0 {
		return "", false
	}
	return f.text(values[len(values)-1]), true
}

// text is a field as text.
func (f *Format) text(field string) string {
	if f.WSGI {
		return field
	}
	return http1.Latin1(field)
}

// Environ is a variable of the WSGI environment that gunicorn makes of a request (gunicorn.http.wsgi.create), by its name
// in lower case. It has those that are text.
func (f *Format) Environ(e http1.Exchange, name string) (value string, found bool) {
	_, path, query := f.targetOf(e)
	host, port := client(e)
	switch name {
	case "request_method":
		return http1.Latin1(e.Method()), true
	case "raw_uri":
		return http1.Latin1(e.RawTarget()), true
	case "path_info":
		return path, true
	case "query_string":
		return query, true
	case "script_name":
		return "", true
	case "server_protocol":
		return "HTTP/" + e.Version(), true
	case "server_name":
		return e.Local().Addr().String(), true
	case "server_port":
		return strconv.Itoa(int(e.Local().Port())), true
	case "remote_addr":
		return host, host != ""
	case "remote_port":
		return port, host != ""
	case "wsgi.url_scheme":
		return e.Scheme(), true
	case "content_type", "content_length":
		return f.lastField(e, strings.ReplaceAll(name, "_", "-"))
	case "http_content_type", "http_content_length":
		return "", false
	}
	field, found := strings.CutPrefix(name, "http_")
	if !found {
		return "", false
	}
	return f.joined(e, field)
}

// joined is what the environment has of the fields of one name, in which "_" stands for "-" too.
func (f *Format) joined(e http1.Exchange, name string) (value string, found bool) {
	var names, values []string
	for field := range e.Fields() {
		if strings.EqualFold(strings.ReplaceAll(field, "-", "_"), name) {
			names = append(names, field)
		}
	}
	slices.Sort(names)
	for _, field := range names {
		for _, value := range e.Fields()[field] {
			values = append(values, f.text(value))
		}
	}
	return strings.Join(values, ","), values != nil
}

// client is the client's address and port, each as text; both are empty if the client left before it was accepted.
func client(e http1.Exchange) (host, port string) {
	text := string(e.AppendClient(nil))
	colon := strings.LastIndexByte(text, ':') // an address of IPv6 has others
	if colon < 0 {
		return "", ""
	}
	return text[:colon], text[colon+1:]
}

// FindUser returns the user in the decoded credentials of an Authorization field.
type FindUser func(credentials string) (user string, found bool)

// UserBeforeColon is how gunicorn 27 finds a user: there need be no password.
func UserBeforeColon(credentials string) (string, bool) {
	name, _, _ := strings.Cut(credentials, ":")
	return name, true
}

// BasicUser is the user that a request names (gunicorn.glogging.Logger._get_user), or empty.
func BasicUser(e http1.Exchange, user FindUser) string {
	value := strings.Join(e.Fields().Values("authorization"), ",")
	scheme, credentials, found := strings.Cut(value, " ")
	if !found || len(scheme) < len("basic") || !strings.EqualFold(scheme[:len("basic")], "basic") {
		return ""
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(credentials))
	name, ok := user(string(decoded))
	if err != nil || !ok || !utf8.ValidString(name) {
		return ""
	}
	return name
}

// Field is a field as gunicorn's f and a atoms show it, and whether the request has it: several of one name are joined.
func Field(fields http.Header, name string) (value string, found bool) {
	values := fields.Values(name)
	return strings.Join(values, ","), values != nil
}
