package trace

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// How far a file lags, in time and bytes; how much may be pending for something new to begin, and at all; and how much of the
// limit is kept for the last note.
const (
	flushAfter  = 50 * time.Millisecond
	flushBytes  = 256 << 10
	readyBelow  = 4 << 20
	mostPending = 64 << 20
	reserve     = 1 << 10
)

// Kind is what a file contains.
type Kind int

// The kinds.
const (
	PerfettoTrace Kind = iota
	NDJSONRows
	CSVRows
)

// header is what a file of the kind begins with.
func (k Kind) header() []byte {
	if k == PerfettoTrace {
		return Clocks(Now(), time.Now())
	}
	return k.Format().Header()
}

// whole is the length of the longest run of whole records in p that has at most n bytes.
func (k Kind) whole(p []byte, n int) int {
	if k == PerfettoTrace {
		return wholePackets(p, n)
	}
	return bytes.LastIndexByte(p[:min(n, len(p))], '\n') + 1
}

// Options are how a file is kept.
type Options struct {
	Kind  Kind
	Limit int64 // bytes, of all processes together
	// Note encodes a note about the trace itself as a record, for a reader to find.
	Note func(message string) []byte
	// Warn is told, once, that nothing more is written, from any goroutine.
	Warn func(message string)
}

// File is a trace that is being written. Several processes may append to the same file; each writes whole records only.
// Write never waits for the disk: what it takes is written a little later, so that at any moment, even after SIGKILL, the
// file lacks at most the last 50 ms. If the disk is too slow for that, or full, or the file has reached its limit, records
// are lost, and a note says how many.
type File struct {
	options Options
	file    *os.File
	stopped atomic.Bool // nothing more is written
	crowded atomic.Bool // too much is pending for something new

	mu        sync.Mutex // of the following
	pending   []byte
	lost      int
	overflown bool // more than that was pending, and a part of it is lost
	armed     bool // the timer is set
	hurried   bool
	timer     *time.Timer

	writing sync.Mutex // one writer at a time
	spare   []byte
}

// Create makes the file empty, for one process or several to open.
func Create(path string, kind Kind) error {
	f, err := open(path, os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = f.Write(kind.header())
	return errors.Join(err, f.Close())
}

// Check reports whether the file can be written, without changing what is in it.
func Check(path string) error {
	f, err := open(path, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

// open opens a regular file.
func open(path string, flags int) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("exists and is not a regular file; choose another path")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND|flags, 0o644)
	var failed *os.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return f, err
}

// Open opens a file that Create has made.
func Open(path string, o Options) (*File, error) {
	file, err := open(path, 0)
	if err != nil {
		return nil, err
	}
	return newFile(file, o), nil
}

func newFile(file *os.File, o Options) *File {
	f := &File{options: o, file: file}
	f.timer = time.AfterFunc(time.Hour, f.flush)
	f.timer.Stop()
	return f
}

// Write takes whole records, whatever else is pending, as long as that is bounded: ask Ready before something new begins.
func (f *File) Write(p []byte) {
	if f.stopped.Load() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.pending)+len(p) > mostPending {
		f.overflown = true
		return
	}
	f.pending = append(f.pending, p...)
	if len(f.pending) > readyBelow {
		f.crowded.Store(true)
	}
	switch {
	case !f.armed:
		f.armed = true
		f.timer.Reset(flushAfter)
	case !f.hurried && len(f.pending) > flushBytes:
		f.hurried = true
		f.timer.Reset(0)
	}
}

// Ready reports whether the file has room for something new: neither has it stopped, nor is too much pending because the
// disk is slow.
func (f *File) Ready() bool {
	return !f.crowded.Load() && !f.stopped.Load()
}

// Lost counts records that have not been written because the file was not ready. A note says how many once it is.
func (f *File) Lost(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost += n
}

// Close writes what is pending and closes the file.
func (f *File) Close() error {
	f.flush()
	f.timer.Stop()
	f.stopped.Store(true)
	f.writing.Lock()
	defer f.writing.Unlock()
	return f.file.Close()
}

// longestSpare bounds the buffer that is kept when nothing is pending.
const longestSpare = 1 << 20

// flush writes what is pending.
func (f *File) flush() {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.mu.Lock()
	p, lost, overflown := f.pending, f.lost, f.overflown
	f.pending, f.spare, f.lost, f.armed, f.hurried = f.spare[:0], nil, 0, false, false
	f.crowded.Store(overflown)
	f.mu.Unlock()
	if f.stopped.Load() {
		return
	}
	if cap(p) <= longestSpare {
		f.spare = p
	}
	if lost > 0 {
		p = append(p, f.options.Note(fmt.Sprintf("%d requests are not in the trace: the disk is too slow for them", lost))...)
	}
	message, err := f.append(p)
	switch {
	case err != nil:
		message = err.Error() + ": nothing more is written"
	case message == "" && overflown:
		message = "the disk is too slow: nothing more is written"
	}
	if message != "" {
		f.stopped.Store(true)
		f.options.Warn(message)
	}
}

// append appends records to the file that processes share, as many as the limit allows. It returns what is to be said if
// nothing more can be written.
func (f *File) append(p []byte) (message string, err error) {
	if len(p) == 0 {
		return "", nil
	}
	unlock, err := lock(f.file)
	if err != nil {
		return "", fmt.Errorf("lock: %w", err)
	}
	defer unlock()
	info, err := f.file.Stat()
	if err != nil {
		return "", err
	}
	size := info.Size()
	room := f.options.Limit - reserve - size
	if int64(len(p)) <= room {
		return "", f.write(p, size)
	}
	last := fmt.Sprintf("the trace has reached its size, %d bytes: nothing more is written", f.options.Limit)
	if f.endsWith(last, size) {
		f.stopped.Store(true)
		return "", nil // another process has said so
	}
	p = p[:f.options.Kind.whole(p, int(max(0, room)))]
	return last, f.write(append(bytes.Clone(p), f.options.Note(last)...), size)
}

// write appends to the file, which has a size. If that fails, no part of a record is left.
func (f *File) write(p []byte, size int64) error {
	n, err := f.file.Write(p)
	if err == nil {
		return nil
	}
	var failed *os.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return errors.Join(err, f.file.Truncate(size+int64(f.options.Kind.whole(p, n))))
}

// endsWith reports whether the file's last record is a note, of whichever process.
func (f *File) endsWith(message string, size int64) bool {
	end := make([]byte, min(size, reserve))
	n, err := f.file.ReadAt(end, size-int64(len(end)))
	return (err == nil || errors.Is(err, io.EOF)) && f.options.Kind.noted(end[:n], message)
}

// noted reports whether what a file ends with is a note. What clients send cannot look like one: in Perfetto's format it is
// not the name of anything, and in rows it does not begin a line.
func (k Kind) noted(end []byte, message string) bool {
	if k == PerfettoTrace {
		return bytes.Contains(end, appendText(nil, eventName, message))
	}
	line := bytes.TrimSuffix(end, []byte("\n"))
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	return bytes.HasPrefix(bytes.TrimPrefix(line, []byte(`{"level":"`)), []byte("warn")) && bytes.Contains(line, []byte(message))
}

// Format is the format of the rows of a kind.
func (k Kind) Format() Format {
	if k == CSVRows {
		return CSV
	}
	return NDJSON
}
