package program

import (
	"strings"
	"time"
)

// Chunk is what a Send of that many bytes sends in a stream of chunks.
func Chunk(size int) []byte { return []byte(strings.Repeat("x", size)) }

// Event is what a Send of that many bytes sends in a stream of server-sent events: one event, of at least 8 bytes.
func Event(size int) []byte {
	const before, after = "data: ", "\n\n"
	return []byte(before + strings.Repeat("x", max(size-len(before+after), 0)) + after)
}

// alphabet is what files consist of, again and again: bytes that are sent from a wrong offset differ.
const alphabet = "abcdefghijklmnopqrstuvwxyz"

// FileBytes fills b with what a file has from an offset on.
func FileBytes(b []byte, offset int64) {
	n := copy(b, alphabet[offset%int64(len(alphabet)):])
	for n < len(b) {
		n += copy(b[n:], alphabet)
	}
}

// FileTime is when every file was last modified: os.stat(path).st_mtime is 1672531200.0 there.
func FileTime() time.Time { return time.Date(2023, time.January, 1, 0, 0, 0, 0, time.UTC) }
