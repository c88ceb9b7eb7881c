package http1

import (
	"net/http"
	"strconv"
	"strings"
)

// AppendStatus appends the status line. Its version is 1.1, whatever the request's.
func AppendStatus(dst []byte, status int) []byte {
	dst = append(dst, "HTTP/1.1 "...)
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, ' ')
	dst = append(dst, Phrase(status)...)
	return append(dst, "\r\n"...)
}

// Phrase is Python's http.HTTPStatus(status).phrase.
func Phrase(status int) string {
	switch status {
	case http.StatusRequestURITooLong:
		return "Request-URI Too Long"
	case http.StatusTeapot:
		return "I'm a Teapot"
	}
	return http.StatusText(status)
}

// AppendLine appends a header line.
func AppendLine(dst []byte, name, value string) []byte {
	dst = append(append(dst, name...), ": "...)
	return append(append(dst, value...), "\r\n"...)
}

// LastChunk ends a chunked body.
const LastChunk = "0\r\n\r\n"

// Chunk is a body, or a part of one, as one chunk.
func Chunk(body string) string {
	return strconv.FormatInt(int64(len(body)), 16) + "\r\n" + body + "\r\n"
}

// HasToken reports whether a comma-separated list contains a token, in any case.
func HasToken(list, token string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(part), token) {
			return true
		}
	}
	return false
}
