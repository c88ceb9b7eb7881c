package http1

import (
	"errors"
	"net/netip"
	"strings"
)

// URL is the parts of a URL.
type URL struct{ Scheme, Netloc, Path, Query, Fragment string }

// errIPv6 and the others are the exceptions of urllib.parse, as Python prints them.
var (
	errIPv6   = errors.New("ValueError: Invalid IPv6 URL")
	errFuture = errors.New("ValueError: IPvFuture address is invalid")
	errIPv4   = errors.New("ValueError: An IPv4 address cannot be in brackets")
)

// unsafeInURL removes the characters that urlsplit drops wherever they are.
var unsafeInURL = strings.NewReplacer("\t", "", "\r", "", "\n", "")

// URLSplit is urllib.parse.urlsplit of Debian's Python 3.11.2, for a text of Latin-1 characters. Its error is the
// exception, as Python prints it.
func URLSplit(url string) (URL, error) {
	var u URL
	url = strings.TrimLeftFunc(url, func(r rune) bool { return r <= ' ' })
	if strings.ContainsAny(url, "\t\r\n") {
		url = unsafeInURL.Replace(url)
	}
	if i := schemeEnd([]byte(url)); i > 0 {
		u.Scheme, url = strings.ToLower(url[:i]), url[i+1:]
	}
	if rest, ok := strings.CutPrefix(url, "//"); ok {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		u.Netloc, url = rest[:end], rest[end:]
		if err := CheckNetloc(u.Netloc); err != nil {
			return u, err
		}
	}
	url, u.Fragment, _ = strings.Cut(url, "#")
	u.Path, u.Query, _ = strings.Cut(url, "?")
	return u, nil
}

// CheckNetloc checks the brackets of a host as urlsplit does (_check_bracketed_netloc). Its error is like URLSplit's.
func CheckNetloc(netloc string) error {
	opened, closed := strings.Contains(netloc, "["), strings.Contains(netloc, "]")
	switch {
	case opened != closed:
		return errIPv6
	case !opened:
		return nil
	}
	host := netloc[strings.LastIndexByte(netloc, '@')+1:]
	before, bracketed, found := strings.Cut(host, "[")
	if !found {
		host, _, _ = strings.Cut(host, ":")
		return checkBracketed(host)
	}
	host, port, _ := strings.Cut(bracketed, "]")
	if before != "" || port != "" && port[0] != ':' {
		return errIPv6
	}
	return checkBracketed(host)
}

// checkBracketed is _check_bracketed_host.
func checkBracketed(host string) error {
	if future, ok := strings.CutPrefix(host, "v"); ok {
		if !isFuture(future) {
			return errFuture
		}
		return nil
	}
	switch a, err := netip.ParseAddr(host); {
	case err != nil:
		return errors.New("ValueError: " + pyRepr(host) + " does not appear to be an IPv4 or IPv6 address")
	case a.Is4():
		return errIPv4
	}
	return nil
}

// isFuture reports whether what follows the v is the rest of an address of a version to come.
func isFuture(address string) bool {
	version, rest, dot := strings.Cut(address, ".")
	hex := version != ""
	for i := range len(version) {
		hex = hex && hexValue(version[i]) >= 0
	}
	return hex && dot && rest != "" && !strings.Contains(rest, "\n")
}
