package waitress

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// body is the rest of a request, which the program does not read.
type body interface {
	// take reports how many bytes of buf belong to the body, whether it ends with them, and what is wrong with it.
	take(buf []byte) (n int, done bool, wrong string)
}

// fixed is FixedStreamReceiver.
type fixed struct{ rest int }

func (f *fixed) take(buf []byte) (n int, done bool, wrong string) {
	n = min(f.rest, len(buf))
	f.rest -= n
	return n, f.rest == 0, ""
}

// chunks is ChunkedReceiver.
type chunks struct {
	rest uint64 // of the current chunk
	ends bool   // its line end comes next
	all  bool   // the last chunk has come
}

var (
	hexadecimal = regexp.MustCompile("^[0-9a-fA-F]+\n?$")
	// extension is rfc7230.CHUNK_EXT_RE. Python's $ also matches before a line feed at the end.
	extension = regexp.MustCompile("^(?:;[!#$%&'*+\\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\\-.^_`|~0-9A-Za-z]+|\"(?:[\t !#-\\[\\]-~\u0080-\u00ff]|\\\\[\t !-~\u0080-\u00ff])*\"))?)*\n?$")
)

// longestLine bounds how much of a chunk's line, or of the trailer, is kept. Waitress has no bound.
const longestLine = 64 << 10

func (c *chunks) take(buf []byte) (n int, done bool, wrong string) {
	switch {
	case c.rest > 0:
		n = int(min(c.rest, uint64(len(buf))))
		c.rest -= uint64(n)
		c.ends = c.rest == 0
		return n, false, ""
	case c.ends && len(buf) < 2:
		return 0, false, ""
	case c.ends:
		c.ends = false
		if !bytes.HasPrefix(buf, []byte("\r\n")) {
			return len(buf), false, "Chunk not properly terminated"
		}
		return 2, false, ""
	case c.all:
		return c.trailer(buf)
	}
	end := bytes.Index(buf, []byte("\r\n"))
	switch {
	case end < 0 && len(buf) > longestLine:
		return len(buf), false, "Invalid chunk size"
	case end < 0:
		return 0, false, ""
	case end == 0: // an empty line where a size is expected
		return 2, false, ""
	}
	return end + 2, false, c.size(buf[:end])
}

func (c *chunks) trailer(buf []byte) (n int, done bool, wrong string) {
	if bytes.HasPrefix(buf, []byte("\r\n")) {
		return 2, true, ""
	}
	if end := bytes.Index(buf, []byte("\r\n\r\n")); end >= 0 {
		return end + 4, true, ""
	}
	if len(buf) > longestLine {
		return len(buf), false, "Invalid chunk size"
	}
	return 0, false, ""
}

// size reads a chunk's line.
func (c *chunks) size(line []byte) (wrong string) {
	size, ext := line, []byte(nil)
	if i := bytes.IndexByte(line, ';'); i >= 0 {
		size, ext = line[:i], line[i:]
	}
	switch {
	case !extension.MatchString(latin1(string(ext))):
		return "Invalid chunk extension"
	case !hexadecimal.Match(size):
		return "Invalid chunk size"
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(string(size), "\n"), 16, 63)
	if err != nil {
		n = 1<<63 - 1
	}
	c.rest, c.all = n, n == 0
	return ""
}
