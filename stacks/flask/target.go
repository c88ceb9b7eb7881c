package flask

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/target-server/target-server/server/http1"
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
	if s == SplitPython {
		u, err := http1.URLSplit(url)
		return target{u.Scheme, u.Netloc, u.Path, u.Query, u.Fragment}, err
	}
	var t target
	if before, rest, ok := strings.Cut(url, ":"); ok && isWerkzeugScheme(before, rest) {
		t.scheme, url = strings.ToLower(before), rest
	}
	if rest, ok := strings.CutPrefix(url, "//"); ok {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		t.netloc, url = rest[:end], rest[end:]
		if strings.Contains(t.netloc, "[") != strings.Contains(t.netloc, "]") {
			return t, errIPv6
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

func isWerkzeugScheme(before, rest string) bool {
	return before != "" && strings.Trim(before, letters+digits+"+,-.") == "" && (rest == "" || strings.Trim(rest, digits) != "")
}

// portFails returns the exception of SplitResult.port, which uri_to_iri asks for since Werkzeug 2.3.
func (v *Version) portFails(netloc string) error {
	if v.Splits != SplitPython || !strings.Contains(netloc, ":") {
		return nil
	}
	host := netloc[strings.LastIndexByte(netloc, '@')+1:]
	if _, bracketed, ok := strings.Cut(host, "["); ok {
		_, host, _ = strings.Cut(bracketed, "]")
	}
	_, port, _ := strings.Cut(host, ":")
	switch {
	case strings.Trim(port, digits) != "":
		return errors.New("ValueError: Port could not be cast to integer value as " + repr(port))
	case len(port) > 4300:
		return tooManyDigits(len(port))
	}
	if port = strings.TrimLeft(port, "0"); len(port) > 5 || len(port) == 5 && port > "65535" {
		return errors.New("ValueError: Port out of range 0-65535")
	}
	return nil
}

func tooManyDigits(n int) error {
	return fmt.Errorf("ValueError: Exceeds the limit (4300 digits) for integer string conversion: "+
		"value has %d digits; use sys.set_int_max_str_digits() to increase the limit", n)
}

// usesNetloc are the schemes that urlunsplit gives an authority, even an empty one (urllib.parse.uses_netloc).
var usesNetloc = []string{
	"ftp", "http", "gopher", "nntp", "telnet", "imap", "wais", "file", "mms", "https", "shttp", "snews", "prospero",
	"rtsp", "rtspu", "rsync", "svn", "svn+ssh", "sftp", "nfs", "git", "git+ssh", "ws", "wss",
}

// unsplit is url_unparse, or urlunsplit.
func (s SplitRule) unsplit(t target) string {
	url := t.path
	authority := t.scheme != "" && strings.HasPrefix(url, "/")
	if s == SplitPython {
		authority = slices.Contains(usesNetloc, t.scheme) && !strings.HasPrefix(url, "//")
	}
	if t.netloc != "" || authority {
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
