package flask

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// SplitRule is how a request's target is split.
type SplitRule uint8

const (
	// SplitWerkzeug is werkzeug.urls.url_parse, up to 2.2: if only digits follow a colon, they are a port, and what
	// precedes it is no scheme.
	SplitWerkzeug SplitRule = iota
	// SplitPython is urllib.parse.urlsplit: leading control characters are dropped, and brackets must hold an address.
	SplitPython
)

// target is a request's target split into its parts.
type target struct{ scheme, netloc, path, query, fragment string }

var errIPv6 = errors.New("ValueError: Invalid IPv6 URL")

// split returns the parts of a target. Its error is the exception that the request then ends in.
func (s SplitRule) split(url string) (target, error) {
	var t target
	if s == SplitPython {
		url = strings.TrimLeftFunc(url, func(r rune) bool { return r <= ' ' })
	}
	if before, rest, ok := strings.Cut(url, ":"); ok && s.isScheme(before, rest) {
		t.scheme, url = strings.ToLower(before), rest
	}
	if rest, ok := strings.CutPrefix(url, "//"); ok {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		t.netloc, url = rest[:end], rest[end:]
		if err := s.checkNetloc(t.netloc); err != nil {
			return t, err
		}
	}
	url, t.fragment, _ = strings.Cut(url, "#")
	t.path, t.query, _ = strings.Cut(url, "?")
	return t, nil
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

func (s SplitRule) isScheme(before, rest string) bool {
	switch {
	case before == "":
		return false
	case s == SplitWerkzeug:
		return strings.Trim(before, letters+digits+"+,-.") == "" && (rest == "" || strings.Trim(rest, digits) != "")
	}
	return strings.Contains(letters, before[:1]) && strings.Trim(before, letters+digits+"+-.") == ""
}

// checkNetloc checks the brackets of an address.
func (s SplitRule) checkNetloc(netloc string) error {
	open, shut := strings.Contains(netloc, "["), strings.Contains(netloc, "]")
	switch {
	case open != shut:
		return errIPv6
	case !open || s == SplitWerkzeug:
		return nil
	}
	host := netloc[strings.LastIndex(netloc, "@")+1:]
	before, inside, ok := strings.Cut(host, "[")
	inside, port, _ := strings.Cut(inside, "]")
	switch addr, err := netip.ParseAddr(inside); {
	case ok && (before != "" || port != "" && port[0] != ':'):
		return errIPv6
	case strings.HasPrefix(inside, "v"):
		return errors.New("ValueError: IPvFuture address is invalid")
	case err != nil:
		return fmt.Errorf("ValueError: %s does not appear to be an IPv4 or IPv6 address", repr(inside))
	case addr.Is4():
		return errors.New("ValueError: An IPv4 address cannot be in brackets")
	}
	return nil
}

// String is url_unparse, or urlunsplit.
func (t target) String() string {
	url := t.path
	if t.netloc != "" || t.scheme != "" && strings.HasPrefix(url, "/") {
		if url != "" && url[0] != '/' {
			url = "/" + url
		}
		url = "//" + t.netloc + url
	}
	if t.scheme != "" {
		url = t.scheme + ":" + url
	}
	if t.query != "" {
		url += "?" + t.query
	}
	if t.fragment != "" {
		url += "#" + t.fragment
	}
	return url
}
