package http2

import (
	"bytes"

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
