package flask

import (
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// abort is the page of the exception that abort(status) raises, or nil if Werkzeug has none of that status
// (werkzeug.exceptions.Aborter).
func (v *Version) abort(status int) *http1.Answer {
	description, known := descriptions[status]
	if !known || !v.KnowsMisdirected && status == http.StatusMisdirectedRequest {
		return nil
	}
	return page(status, html.EscapeString(description))
}

// otherPhrases are those in which werkzeug.http.HTTP_STATUS_CODES differs from net/http.
var otherPhrases = map[int]string{
	203: "Non Authoritative Information", 207: "Multi Status", 306: "Switch Proxy", 449: "Retry With",
	511: "Network Authentication Failed",
}

// phrase is the name of a status, or "Unknown".
func phrase(status int) string {
	if p := otherPhrases[status]; p != "" {
		return p
	}
	if p := http.StatusText(status); p != "" {
		return p
	}
	return "Unknown"
}

// descriptions are those of werkzeug.exceptions, by status, which are the same in both versions.
var descriptions = map[int]string{
	400: "The browser (or proxy) sent a request that this server could not understand.",
	401: "The server could not verify that you are authorized to access the URL requested. You either supplied the wrong " +
		"credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials required.",
	403: "You don't have the permission to access the requested resource. It is either read-protected or " +
		"not readable by the server.",
	404: "The requested URL was not found on the server. If you entered the URL manually please check your " +
		"spelling and try again.",
	405: "The method is not allowed for the requested URL.",
	406: "The resource identified by the request is only capable of generating response entities which have content " +
		"characteristics not acceptable according to the accept headers sent in the request.",
	408: "The server closed the network connection because the browser didn't finish the request within the " +
		"specified time.",
	409: "A conflict happened while processing the request. The resource might have been modified while the " +
		"request was being processed.",
	410: "The requested URL is no longer available on this server and there is no forwarding address. If you followed a " +
		"link from a foreign page, please contact the author of this page.",
	411: "A request with this method requires a valid <code>Content-Length</code> header.",
	412: "The precondition on the request for the URL failed positive evaluation.",
	413: "The data value transmitted exceeds the capacity limit.",
	414: "The length of the requested URL exceeds the capacity limit for this server. The request cannot be processed.",
	415: "The server does not support the media type transmitted in the request.",
	416: "The server cannot provide the requested range.",
	417: "The server could not meet the requirements of the Expect header",
	418: "This server is a teapot, not a coffee machine",
	421: "The server is not able to produce a response.",
	422: "The request was well-formed but was unable to be followed due to semantic errors.",
	423: "The resource that is being accessed is locked.",
	424: "The method could not be performed on the resource because the requested action depended on " +
		"another action and that action failed.",
	428: `This request is required to be conditional; try using "If-Match" or "If-Unmodified-Since".`,
	429: "This user has exceeded an allotted request count. Try again later.",
	431: "One or more header fields exceeds the maximum size.",
	451: "Unavailable for legal reasons.",
	500: "The server encountered an internal error and was unable to complete your request. Either the server is overloaded " +
		"or there is an error in the application.",
	501: "The server does not support the action requested by the browser.",
	502: "The proxy server received an invalid response from an upstream server.",
	503: "The server is temporarily unable to service your request due to maintenance downtime or capacity " +
		"problems. Please try again later.",
	504: "The connection to an upstream server timed out.",
	505: "The server does not support the HTTP protocol version used in the request.",
}

// entityHeaders are those that an answer with status 304 does not have (werkzeug.http.remove_entity_headers).
var entityHeaders = []string{
	"allow", "content-encoding", "content-language", "content-length", "content-md5", "content-range",
	"content-type", "last-modified",
}

// finish is Response.get_wsgi_headers, except for the length.
func (v *Version) finish(status int, lines []http1.Line) []http1.Line {
	var all []http1.Line
	for _, l := range lines {
		name := strings.ToLower(l.Name)
		switch {
		case status == http.StatusNotModified && slices.Contains(entityHeaders, name):
			continue
		case name == "location":
			if to := v.reference(l.Value, v.LocationAsIs); to != l.Value || !v.LocationAsIs {
				l = http1.Line{Name: "Location", Value: to}
			}
		case name == "content-location":
			l = http1.Line{Name: "Content-Location", Value: v.reference(l.Value, false)}
		}
		all = append(all, l)
	}
	return all
}

// reference is iri_to_uri of ASCII text.
func (v *Version) reference(url string, asIs bool) string {
	if asIs && plain(url) {
		return url
	}
	if scheme, rest, found := strings.Cut(url, "://"); found {
		n := strings.IndexAny(rest+"/", "/?#")
		url = strings.ToLower(scheme) + "://" + strings.ToLower(rest[:n]) + rest[n:]
	}
	return http1.Quote(url, v.QueryKept+"?#")
}

// response is flask.Response with a body: the headers given come first, and its length last. An answer without a body has
// an empty kind.
func (v *Version) response(status int, own []http1.Line, kind, body string) *http1.Answer {
	lines := append(slices.Clip(own), http1.Line{Name: "Content-Type", Value: kind})
	lines = v.finish(status, lines)
	if status != http.StatusNoContent && status != http.StatusNotModified {
		lines = append(lines, http1.Line{Name: "Content-Length", Value: strconv.Itoa(len(body))})
	}
	return &http1.Answer{Status: status, Reason: reason(status), Lines: lines, Body: body}
}
