package http2

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http2/hpack"

	"github.com/target-server/target-server/server/http1"
)

// The limits on what a client can make a connection store.
const (
	maxHeaderList   = 65536 // Hypercorn's h2_max_header_list_size
	mostContinued   = 64    // frames of one header block (h2.frame_buffer.CONTINUATION_BACKLOG)
	mostHeaderBlock = 1 << 20
)

// decode reads a header block, up to the limit in our settings.
func (c *Conn) decode(block []byte) ([]hpack.HeaderField, error) {
	var fields []hpack.HeaderField
	size := 0
	c.decoder.SetEmitFunc(func(f hpack.HeaderField) {
		if size += entryOverhead + len(f.Name) + len(f.Value); size <= maxHeaderList {
			fields = append(fields, f)
		}
	})
	if _, err := c.decoder.Write(block); err != nil {
		return nil, codeProtocol
	}
	if err := c.decoder.Close(); err != nil {
		return nil, codeProtocol
	}
	if size > maxHeaderList {
		return nil, codeCalm
	}
	return fields, nil
}

// validate is h2.utilities.validate_headers for a request.
func validate(fields []hpack.HeaderField) bool {
	seen := map[string]bool{}
	regular := false
	host, authority := "", ""
	for _, f := range fields {
		switch {
		case f.Name == "", hasUpper(f.Name), padded(f.Name), padded(f.Value):
			return false
		case f.Name == "te" && !strings.EqualFold(f.Value, "trailers"), connectionField(f.Name):
			return false
		case f.Name[0] == ':':
			if regular || seen[f.Name] || !pseudo(f.Name) {
				return false
			}
			seen[f.Name] = true
			if f.Name == ":authority" {
				authority = f.Value
			}
			if f.Name == ":path" && f.Value == "" {
				return false
			}
		default:
			regular = true
			if f.Name == "host" {
				host = f.Value
				seen["host"] = true
			}
		}
	}
	if !seen[":path"] || !seen[":method"] || !seen[":scheme"] || !seen[":authority"] && !seen["host"] {
		return false
	}
	return !seen[":authority"] || !seen["host"] || host == authority
}

// regular reports whether fields are valid as trailers.
func regular(fields []hpack.HeaderField) bool {
	return !slices.ContainsFunc(fields, func(f hpack.HeaderField) bool {
		return f.Name == "" || f.Name[0] == ':' || hasUpper(f.Name) || padded(f.Name) || padded(f.Value) || connectionField(f.Name)
	})
}

func pseudo(name string) bool {
	switch name {
	case ":method", ":scheme", ":authority", ":path", ":protocol":
		return true
	}
	return false
}

// connectionField reports whether a field is for HTTP/1 connections only.
func connectionField(name string) bool {
	switch name {
	case "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade":
		return true
	}
	return false
}

func hasUpper(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }) >= 0
}

func padded(s string) bool { return s != strings.Trim(s, " \t\r\n\v\f") }

// headOf is a request's head as Hypercorn's application gets it: without the pseudo
// fields, except the authority, which becomes the host.
func headOf(fields []hpack.HeaderField) *http1.Head {
	h := &http1.Head{Version: "2", ContentLength: -1, KeepAlive: true}
	host := false
	for _, f := range fields {
		value := []byte(f.Value)
		switch f.Name {
		case ":method":
			h.Method = bytes.ToUpper(value)
		case ":path":
			h.Target = value
			h.Path, h.Query, _ = bytes.Cut(value, []byte("?"))
		case ":authority":
			h.Fields = append(h.Fields, http1.Field{Name: []byte("host"), Value: value})
			host = true
		case ":scheme", ":protocol":
		default:
			if f.Name == "host" && host {
				continue
			}
			h.Fields = append(h.Fields, http1.Field{Name: []byte(f.Name), Value: value})
		}
	}
	return h
}

// contentLength is the length of the body in a head, or -1, and whether it is valid.
func contentLength(fields []hpack.HeaderField) (int64, bool) {
	for _, f := range fields {
		if f.Name == "content-length" {
			n, err := strconv.ParseInt(f.Value, 10, 64)
			return n, err == nil && n >= 0
		}
	}
	return -1, true
}
