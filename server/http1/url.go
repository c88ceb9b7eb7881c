package http1

import "bytes"

// splitTarget fills in Path and Query and reports whether the server accepts
// the target: uvicorn's h11_impl partitions it, its httptools_impl calls
// httptools.parse_url, and fails without a path.
func (d *Dialect) splitTarget(head *Head) bool {
	head.Path, head.Query = nil, nil
	if d.Target == TargetPartition {
		head.Path, head.Query, _ = bytes.Cut(head.Target, []byte{'?'})
		return true
	}
	if d.MaxTarget > 0 && len(head.Target) > d.MaxTarget {
		return false
	}
	path, query, ok := splitURL(head.Target)
	if !ok || !path.set {
		return false
	}
	head.Path, head.Query = path.of(head.Target), query.of(head.Target)
	return true
}

// urlField is http_parser's field_data: offset and length, 16 bits each, which
// overflow for longer URLs.
type urlField struct {
	set         bool
	off, length uint16
}

func (f urlField) of(url []byte) []byte {
	return url[f.off : int(f.off)+int(f.length)]
}

// urlState is a state of http_parser's parse_url_char.
type urlState uint8

const (
	urlStart urlState = iota
	urlSchema
	urlSchemaSlash
	urlSchemaSlashSlash
	urlServerStart
	urlServer
	urlServerAt
	urlPath
	urlQueryStart
	urlQuery
	urlFragmentStart
	urlFragment
	urlDead
)

// splitURL is http_parser_parse_url of http_parser 2.9, in its strict mode and
// not for CONNECT: httptools passes no method.
func splitURL(url []byte) (path, query urlField, ok bool) {
	var fields [urlDead]urlField // by the state that fills each
	at, s, last := false, urlStart, urlDead
	for i := 0; i < len(url); i++ {
		s = s.next(url[i])
		kind := s
		switch s {
		case urlDead:
			return path, query, false
		case urlSchemaSlash, urlSchemaSlashSlash, urlServerStart, urlQueryStart, urlFragmentStart:
			continue // a delimiter is in no field
		case urlServerAt:
			at, kind = true, urlServer
		}
		f := &fields[kind]
		if kind == last {
			f.length++
		} else {
			*f = urlField{set: true, off: uint16(i), length: 1}
		}
		last = kind
		if kind == urlPath || kind == urlQuery {
			run := urlChars.span(url[i+1:]) // both continue with these
			f.length += uint16(run)
			i += run
		}
	}
	host := fields[urlServer]
	switch {
	case len(url) == 0, fields[urlSchema].set && !host.set:
		return path, query, false
	case host.set && !validHost(host.of(url), at):
		return path, query, false
	}
	return fields[urlPath], fields[urlQuery], true
}

// next is parse_url_char.
func (s urlState) next(c byte) urlState {
	switch s {
	case urlStart:
		return startURL(c)
	case urlSchema:
		return either(isAlpha(c), urlSchema, either(c == ':', urlSchemaSlash, urlDead))
	case urlSchemaSlash:
		return either(c == '/', urlSchemaSlashSlash, urlDead)
	case urlSchemaSlashSlash:
		return either(c == '/', urlServerStart, urlDead)
	case urlServerStart, urlServer, urlServerAt:
		return s.nextServer(c)
	case urlPath:
		return nextPath(c)
	case urlQueryStart, urlQuery:
		return either(urlChars[c] || c == '?', urlQuery, either(c == '#', urlFragmentStart, urlDead))
	case urlFragmentStart:
		return either(urlChars[c] || c == '?', urlFragment, either(c == '#', s, urlDead))
	case urlFragment:
		return either(urlChars[c] || c == '?' || c == '#', s, urlDead)
	}
	return urlDead
}

func startURL(c byte) urlState {
	switch {
	case c == '/' || c == '*':
		return urlPath
	case isAlpha(c):
		return urlSchema
	}
	return urlDead
}

func (s urlState) nextServer(c byte) urlState {
	switch {
	case c == '/':
		return urlPath
	case c == '?':
		return urlQueryStart
	case c == '@':
		return either(s == urlServerAt, urlDead, urlServerAt)
	case userinfoChars[c] || c == '[' || c == ']':
		return urlServer
	}
	return urlDead
}

func nextPath(c byte) urlState {
	switch {
	case urlChars[c]:
		return urlPath
	case c == '?':
		return urlQueryStart
	case c == '#':
		return urlFragmentStart
	}
	return urlDead
}

func either(cond bool, yes, no urlState) urlState {
	if cond {
		return yes
	}
	return no
}

// validHost is http_parse_host, and the check of the port after it in
// http_parser_parse_url.
func validHost(host []byte, at bool) bool {
	if at {
		n := userinfoChars.span(host)
		if n == len(host) || host[n] != '@' {
			return false
		}
		host = host[n+1:]
	}
	n, ok := hostEnd(host)
	if !ok {
		return false
	}
	return n == len(host) || host[n] == ':' && validPort(host[n+1:])
}

// hostEnd is the length of the name or address at the beginning of host.
func hostEnd(host []byte) (int, bool) {
	if len(host) == 0 || host[0] != '[' {
		n := hostChars.span(host)
		return n, n > 0
	}
	n := 1
	for n < len(host) && (hexValue(host[n]) >= 0 || host[n] == ':' || host[n] == '.') {
		n++
	}
	empty := n == 1
	if n < len(host) && host[n] == '%' {
		zone := zoneChars.span(host[n+1:])
		empty = empty || zone == 0
		n += 1 + zone
	}
	return n + 1, !empty && n < len(host) && host[n] == ']'
}

func validPort(port []byte) bool {
	v := 0
	for _, c := range port {
		v = v*10 + int(c-'0')
		if !isDigit(c) || v > 0xffff {
			return false
		}
	}
	return len(port) > 0
}
