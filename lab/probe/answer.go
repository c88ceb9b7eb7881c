package probe

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What a probe reads of one connection at the most, in bytes. It keeps a part
// of one line.
const (
	headLimit  = 1 << 20  // a head with the interim responses before it; any line; the trailers
	bodyLimit  = 64 << 20 // a body
	chunkLimit = 4 << 20  // what is around its chunks
	extraLimit = 1 << 20  // what follows an answer, or comes where nothing was asked
	lineKept   = 512      // of a line; a status, a length and a coding are shorter
)

// stage is what an answer waits for.
type stage int

const (
	inHead      stage = iota
	inBody            // of a length that is known
	inBodyToEnd       // of the connection
	inSizeLine        // of a chunk
	inChunk
	afterChunk // for the end of its line
	inTrailers
	complete
)

// String names the part of the answer.
func (s stage) String() string {
	return [...]string{"head", "body", "body", "chunked body", "chunked body", "chunked body", "trailers", "answer"}[s]
}

// answer follows one response of HTTP/1 as its bytes come. It keeps what a probe
// needs, the status and the times, and counts the rest: its size does not depend
// on what the server sends. Lines end as RFC 9112 allows, with CR LF or LF.
type answer struct {
	status       int
	began, ended time.Time // when its first and last byte came
	fault        *Fault    // why nothing more is read; During and the counts are not set

	stage     stage
	line      []byte // the first lineKept bytes of the line that is being read
	lineSize  int64  // of all of it
	came      int64
	head      int64 // bytes of heads
	lines     int   // of the present head
	interim   int   // responses before the answer
	body      int64
	chunks    int64 // bytes around chunks
	trailers  int64
	extra     int64 // bytes after the answer
	left      int64 // of the body or the chunk
	announced int64 // the body's length; noLength when the head says none
	chunked   bool
	coded     bool // there is a transfer coding
}

// noLength says that a head announced no length.
const noLength = -1

// feed takes what came at a moment.
func (a *answer) feed(data []byte, at time.Time) {
	if a.came == 0 {
		a.began = at
	}
	a.came += int64(len(data))
	for len(data) > 0 && a.fault == nil && a.stage != complete {
		before := a.stage
		rest := a.step(data)
		a.count(before, int64(len(data)-len(rest)))
		data = rest
		if a.stage == complete {
			a.ended = at
		}
	}
	if a.extra += int64(len(data)); a.extra > extraLimit && a.fault == nil {
		what := "goes on sending after its answer"
		if a.status == 0 {
			what = "goes on sending where nothing was asked"
		}
		a.fail(Unasked, "%s: %s read", what, size(a.extra))
	}
}

// finish takes the end of the connection: it completes a body without a length.
func (a *answer) finish(at time.Time) {
	if a.stage == inBodyToEnd && a.fault == nil {
		a.stage, a.ended = complete, at
	}
}

// step takes the first of the data, as far as it belongs together, and returns the rest.
func (a *answer) step(data []byte) []byte {
	switch a.stage {
	case inBodyToEnd:
		return nil
	case inBody, inChunk:
		n := min(a.left, int64(len(data)))
		a.left -= n
		switch {
		case a.left > 0:
		case a.stage == inBody:
			a.stage = complete
		default:
			a.stage = afterChunk
		}
		return data[n:]
	}
	piece, rest, ended := bytes.Cut(data, []byte("\n"))
	a.lineSize += int64(len(data) - len(rest))
	a.line = append(a.line, piece[:min(len(piece), lineKept-len(a.line))]...)
	if a.stage == inHead && a.lines == 0 && !bytes.HasPrefix(a.line, []byte("HTTP/")[:min(5, len(a.line))]) {
		a.fail(Malformed, "sends something that is not HTTP/1: %s", quote(a.line))
		return nil
	}
	if ended {
		a.take(bytes.TrimSuffix(a.line, []byte("\r")))
		a.line, a.lineSize = a.line[:0], 0
	}
	return rest
}

// count adds n bytes to the part that they belong to, and fails when it is too much.
func (a *answer) count(part stage, n int64) {
	switch part {
	case inHead:
		a.head += n
	case inTrailers:
		a.trailers += n
	case inSizeLine, afterChunk:
		a.chunks += n
	default:
		a.body += n
	}
	switch {
	case a.fault != nil || a.stage == complete:
	case a.lineSize > headLimit:
		a.fail(Endless, "sends a line without an end in its %s: %s read", a.stage, size(a.lineSize))
	case a.head > headLimit && a.interim > a.lines:
		a.fail(Endless, "sends interim responses without an end: %d of them read, %s", a.interim, size(a.head))
	case a.head > headLimit:
		a.fail(Endless, "sends a head without an end: %s in %d lines read", size(a.head), a.lines)
	case a.trailers > headLimit:
		a.fail(Endless, "sends trailers without an end: %s read", size(a.trailers))
	case a.chunked && (a.body > bodyLimit || a.chunks > chunkLimit):
		a.fail(Endless, "sends chunks without an end: %s read", size(a.body+a.chunks))
	case a.body > bodyLimit:
		a.fail(Endless, "sends a body without an end: %s read", size(a.body))
	}
}

func (a *answer) fail(kind, format string, args ...any) {
	a.fault = &Fault{Kind: kind, What: fmt.Sprintf(format, args...)}
}

// take takes a whole line, or its beginning if it is longer than what is kept.
func (a *answer) take(line []byte) {
	switch a.stage {
	case inHead:
		a.lines++
		switch {
		case a.lines == 1:
			a.readStatus(line)
		case len(line) == 0:
			a.endHead()
		default:
			a.readField(line)
		}
	case inSizeLine:
		a.readChunkSize(line)
	case afterChunk:
		a.stage = inSizeLine
		if len(line) > 0 {
			a.fail(Malformed, "sends a chunk that is longer than its size says: %s follows", quote(line))
		}
	case inTrailers:
		if len(line) == 0 {
			a.stage = complete
		}
	}
}

func (a *answer) readStatus(line []byte) {
	a.announced, a.chunked, a.coded = noLength, false, false
	_, words, _ := bytes.Cut(line, []byte(" "))
	digits, _, _ := bytes.Cut(words, []byte(" "))
	status, err := strconv.ParseUint(string(digits), 10, 16)
	if err != nil || len(digits) != 3 || status < 100 {
		a.fail(Malformed, "sends a status line without a status: %s", quote(line))
	}
	a.status = int(status)
}

// readField looks at a field if it says how long the body is.
func (a *answer) readField(line []byte) {
	name, value, _ := bytes.Cut(line, []byte(":"))
	coding, length := bytes.EqualFold(name, []byte("transfer-encoding")), bytes.EqualFold(name, []byte("content-length"))
	if !coding && !length {
		return
	}
	if a.lineSize > lineKept {
		a.fail(Malformed, "sends a %s of %s", name, size(a.lineSize))
		return
	}
	for one := range strings.SplitSeq(string(value), ",") {
		one = strings.Trim(one, " \t")
		if coding { // the last one counts
			a.coded, a.chunked = true, strings.EqualFold(one, "chunked")
		} else {
			a.readLength(one)
		}
	}
}

func (a *answer) readLength(digits string) {
	n, err := strconv.ParseUint(digits, 10, 63)
	switch {
	case err != nil:
		a.fail(Malformed, "sends a Content-Length that is not one: %s", quote([]byte(digits)))
	case a.announced != noLength && a.announced != int64(n):
		a.fail(Malformed, "sends two Content-Lengths: %d and %d", a.announced, n)
	}
	a.announced = int64(n)
}

// endHead decides what follows a head.
func (a *answer) endHead() {
	switch {
	case a.status < 200 && a.status != 101:
		a.interim++
		a.lines = 0
	case a.status == 101 || a.status == 204 || a.status == 304:
		a.stage = complete
	case a.chunked:
		a.stage = inSizeLine
	case a.coded || a.announced == noLength:
		a.stage = inBodyToEnd
	case a.announced == 0:
		a.stage = complete
	default:
		a.expect(inBody, a.announced, "body")
	}
}

// expect goes on to n bytes of a body or a chunk.
func (a *answer) expect(next stage, n int64, what string) {
	a.stage, a.left = next, n
	if n > bodyLimit {
		a.fail(Oversized, "announces a %s of %d bytes; a probe reads %s", what, n, size(bodyLimit))
	}
}

func (a *answer) readChunkSize(line []byte) {
	digits, _, extended := bytes.Cut(line, []byte(";"))
	n, err := strconv.ParseUint(string(bytes.TrimRight(digits, " \t")), 16, 63)
	switch {
	case err != nil || a.lineSize > lineKept && !extended:
		a.fail(Malformed, "sends a chunk size that is not one: %s", quote(line))
	case n == 0:
		a.stage = inTrailers
	default:
		a.expect(inChunk, int64(n), "chunk")
	}
}

// missing is the fault of an answer that is not complete, after which nothing
// more is read: because of a limit, or of how the connection ended, or, when
// that is none, because it was given up after some time.
func (a *answer) missing(end string, waited time.Duration) *Fault {
	how := map[string]string{"FIN": "closes the connection", "RST": "resets the connection"}[end]
	if a.fault != nil {
		return a.fault
	}
	part := fmt.Sprintf("its %s: %s came", a.stage, size(a.came))
	switch {
	case a.stage == inHead && a.lines == 0 && a.lineSize == 0:
		part = fmt.Sprintf("its answer: %s of interim responses came", size(a.came))
	case a.stage == inBodyToEnd:
		part = fmt.Sprintf("its body: %s came", size(a.body))
	case a.stage == inBody:
		part = fmt.Sprintf("its body: %s of %s came", size(a.body), size(a.announced))
	}
	switch {
	case how == "" && a.came == 0:
		return &Fault{Kind: Silent, What: "does not answer in " + span(waited.Seconds())}
	case how == "":
		return &Fault{Kind: Unfinished, What: "does not finish " + part + " in " + span(waited.Seconds())}
	case a.came == 0:
		return &Fault{Kind: Cut, What: how + " without an answer"}
	}
	return &Fault{Kind: Cut, What: how + " in the middle of " + part}
}
