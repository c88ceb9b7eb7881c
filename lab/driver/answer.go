package driver

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Answer is one HTTP/1 answer as it came; only its length has been interpreted.
type Answer struct {
	Status int
	Line   string    // the status line
	Fields []string  // the header lines, in order
	Body   []byte    // without chunk framing
	Began  time.Time // when its first byte came
	Ended  time.Time // when its last byte came
}

// Field returns the value of the first header of that name, ignoring case, or "".
func (a Answer) Field(name string) string {
	for _, field := range a.Fields {
		if key, value, _ := strings.Cut(field, ":"); strings.EqualFold(key, name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Stream joins the bytes of all events.
func Stream(events []Event) []byte {
	var all []byte
	for _, e := range events {
		all = append(all, e.Data...)
	}
	return all
}

// Answers splits what came into complete answers; interim ones (1xx except 101) are left out.
// methods[i] is the method of request i, which matters for HEAD, whose answer has no body. An answer
// without a length is complete when the connection has ended.
func Answers(events []Event, methods []string) []Answer {
	stream := Stream(events)
	ended := len(events) > 0 && events[len(events)-1].Kind != Bytes
	var answers []Answer
	offset := 0
	for offset < len(stream) {
		method := ""
		if len(answers) < len(methods) {
			method = methods[len(answers)]
		}
		answer, size := parseAnswer(stream[offset:], method, ended)
		if size == 0 {
			break
		}
		answer.Began, answer.Ended = cameAt(events, offset), cameAt(events, offset+size-1)
		offset += size
		if answer.Status >= 200 || answer.Status == 101 {
			answers = append(answers, answer)
		}
	}
	return answers
}

// cameAt is the time of the event that brought the byte at offset.
func cameAt(events []Event, offset int) time.Time {
	for _, e := range events {
		if offset < len(e.Data) {
			return e.At
		}
		offset -= len(e.Data)
	}
	return time.Time{}
}

// parseAnswer returns the first answer in stream and its size, or size 0 if it is not complete.
func parseAnswer(stream []byte, method string, ended bool) (Answer, int) {
	head, _, ok := bytes.Cut(stream, []byte("\r\n\r\n"))
	if !ok || !bytes.HasPrefix(head, []byte("HTTP/")) {
		return Answer{}, 0
	}
	lines := strings.Split(string(head), "\r\n")
	answer := Answer{Line: lines[0], Fields: lines[1:]}
	if words := strings.SplitN(lines[0], " ", 3); len(words) > 1 {
		answer.Status, _ = strconv.Atoi(words[1]) // a status that is not a number stays 0 and appears in Line
	}
	size := len(head) + 4
	if method == "HEAD" || answer.Status/100 == 1 || answer.Status == 204 || answer.Status == 304 {
		return answer, size
	}
	body, length := parseBody(answer, stream[size:], ended)
	if length < 0 {
		return Answer{}, 0
	}
	answer.Body = body
	return answer, size + length
}

// parseBody returns the body and how many bytes of rest it takes, or -1 if it is incomplete.
func parseBody(answer Answer, rest []byte, ended bool) ([]byte, int) {
	if strings.EqualFold(answer.Field("transfer-encoding"), "chunked") {
		return parseChunks(rest)
	}
	if length, err := strconv.ParseUint(answer.Field("content-length"), 10, 64); err == nil {
		if uint64(len(rest)) < length {
			return nil, -1
		}
		return rest[:length], int(length)
	}
	if !ended {
		return nil, -1
	}
	return rest, len(rest)
}

func parseChunks(rest []byte) ([]byte, int) {
	var body []byte
	taken := 0
	for {
		line, after, ok := bytes.Cut(rest[taken:], []byte("\r\n"))
		if !ok {
			return nil, -1
		}
		size, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil || len(after) < int(size)+2 {
			return nil, -1
		}
		taken += len(line) + 2 + int(size) + 2
		if size == 0 {
			return body, taken
		}
		body = append(body, after[:size]...)
	}
}
