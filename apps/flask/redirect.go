package flask

import (
	"html"
	"net/http"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// redirect is RequestRedirect's answer: MapAdapter.make_redirect_url and werkzeug.utils.redirect. The older version's
// page links to the URL in the header, the newer one's to the URL before it is encoded.
func (v *Version) redirect(host, path, query string) *http1.Answer {
	url := "http://" + host + http1.Quote(path, v.PathSafe)
	query = decodeText(query)
	if query != "" {
		url += "?" + query
	}
	location := v.location(url)
	link := url
	if v.LocationAsIs {
		link = location
	}
	a := Document(http.StatusPermanentRedirect,
		"<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"+
			"<p>You should be redirected automatically to the target URL: "+
			"<a href=\""+html.EscapeString(link)+"\">"+html.EscapeString(url)+"</a>. If not, click the link.\n")
	a.Lines = append(a.Lines, http1.Line{Name: "Location", Value: location})
	return a
}

// location is iri_to_uri.
func (v *Version) location(url string) string {
	if v.LocationAsIs && plain(url) {
		return url
	}
	url, query, queried := strings.Cut(url, "?")
	host, path, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	url = "http://" + host + "/" + http1.Quote(path, v.PathKept)
	if queried {
		url += "?" + http1.Quote(query, v.QueryKept)
	}
	return url
}

// plain reports whether a text is ASCII without white space.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x80 || r <= ' ' && strings.ContainsRune(" \t\n\v\f\r\x1c\x1d\x1e\x1f", r)
	})
}
