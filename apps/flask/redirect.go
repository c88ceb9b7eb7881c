package flask

import (
	"errors"
	"html"
	"net/http"
	"strconv"
	"strings"

	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/server/http1"
)

// redirect is RequestRedirect's answer: MapAdapter.make_redirect_url and werkzeug.utils.redirect. The older version's
// page links to the URL in the header, the newer one's to the URL before it is encoded. The error is an exception, as
// Python prints it.
func (v *Version) redirect(host, path, query string) (*http1.Answer, error) {
	url := "http://" + host + http1.Quote(path, v.PathSafe)
	query = decodeText(query)
	if query != "" {
		url += "?" + query
	}
	location, err := v.location(url)
	if err != nil {
		return nil, err
	}
	link := url
	if v.LocationAsIs {
		link = location
	}
	if location, err = v.location(location); err != nil { // Response.get_wsgi_headers does it again
		return nil, err
	}
	a := Document(http.StatusPermanentRedirect,
		"<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"+
			"<p>You should be redirected automatically to the target URL: "+
			"<a href=\""+html.EscapeString(link)+"\">"+html.EscapeString(url)+"</a>. If not, click the link.\n")
	a.Lines = append(a.Lines, http1.Line{Name: "Location", Value: location})
	return a, nil
}

// location is iri_to_uri.
func (v *Version) location(url string) (string, error) {
	if v.LocationAsIs && plain(url) {
		return url, nil
	}
	rest := strings.TrimPrefix(url, "http://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, rest := rest[:end], rest[end:]
	if v.LocationAsIs {
		if strings.Contains(host, "[") != strings.Contains(host, "]") {
			return "", errors.New("ValueError: Invalid IPv6 URL")
		}
		host = encodeNetloc(host)
	}
	rest, fragment, marked := strings.Cut(rest, "#")
	path, query, queried := strings.Cut(rest, "?")
	if path != "" && path[0] != '/' {
		path = "/" + path
	}
	url = "http://" + host + http1.Quote(path, v.PathKept)
	if queried && query != "" {
		url += "?" + http1.Quote(query, v.QueryKept)
	}
	if marked && fragment != "" {
		url += "#" + http1.Quote(fragment, v.QueryKept)
	}
	return url, nil
}

// encodeNetloc is BaseURL.encode_netloc of werkzeug.urls, for a host that is ASCII already.
func encodeNetloc(netloc string) string {
	auth, host, ok := strings.Cut(netloc, "@")
	if !ok {
		auth, host = "", netloc
	}
	port := ""
	switch inside, rest, shut := strings.Cut(strings.TrimPrefix(host, "["), "]"); {
	case !strings.HasPrefix(host, "["):
		host, port, _ = strings.Cut(host, ":")
	case shut && strings.HasPrefix(rest, ":"):
		host, port = inside, rest[1:]
	case shut:
		host = inside
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if n, ok := pyvalue.Int(strings.TrimSpace(port)); ok {
		if n, err := strconv.ParseUint(n, 10, 16); err == nil {
			host += ":" + strconv.FormatUint(n, 10)
		}
	}
	user, password, _ := strings.Cut(auth, ":")
	const kept = "$!'()*+,;/:%"
	if user, password = http1.Quote(user, kept), http1.Quote(password, kept); user != "" && password != "" {
		user += ":"
	}
	if auth = user + password; auth != "" {
		return auth + "@" + host
	}
	return host
}

// plain reports whether a text is ASCII without white space.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x80 || strings.ContainsRune(" \t\n\v\f\r", r)
	})
}
