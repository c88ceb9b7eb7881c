package journal_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/servertest"
)

// disk is a log file on a disk with room for a given number of bytes.
type disk struct {
	bytes.Buffer
	room int
}

func (d *disk) Write(p []byte) (int, error) {
	n := min(d.room, len(p))
	d.room -= n
	d.Buffer.Write(p[:n])
	if n < len(p) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

var doneLine = regexp.MustCompile(`^2023-03-18 12:00:00 - \d+-thread: done request id\[(\d+)\]\n$`)

// A log on a full disk: the first loss is reported, the lost lines are counted once there is room again, and no line is
// joined to one that was cut off.
func TestFullDiskUnderTheLog(t *testing.T) {
	stdout, stderr := &disk{room: 100}, &bytes.Buffer{}
	log := newJournal("native", stdout, stderr, func() time.Time { return servertest.Noon })
	lines := func(from, to int) {
		for i := from; i < to; i++ {
			log.End("thread", fmt.Sprint(i))
			log.Flush()
		}
	}
	lines(0, 10)
	check.Equal(t, "said when it begins", stderr.String(),
		"target-server: lines of the log are lost: no space left on device\n")
	stdout.room = 1000
	lines(10, 12)
	var whole []string
	for line := range strings.Lines(stdout.String()) {
		if m := doneLine.FindStringSubmatch(line); m != nil {
			whole = append(whole, m[1])
		}
	}
	kept, lost := len(whole)-2, 12-len(whole)
	check.Equal(t, "lines that are whole", fmt.Sprint(whole[kept:]), "[10 11]")
	check.Equal(t, "said when it is over", strings.Split(stderr.String(), "\n")[1],
		fmt.Sprintf("target-server: the log is written again; lines lost: %d", lost))
	if kept < 1 || lost < 2 {
		t.Errorf("kept %d and lost %d; the test shows nothing", kept, lost)
	}
}

// pipe is one that another process has made non-blocking, with a slow reader: it takes a few bytes at a time, or none.
type pipe struct {
	text  *strings.Builder // of both streams
	calls int
}

func (p *pipe) Write(b []byte) (int, error) {
	n := min(len(b), p.calls%3*20)
	p.calls++
	p.text.Write(b[:n])
	if n < len(b) {
		return n, syscall.EAGAIN
	}
	return n, nil
}

// A pipe without room loses no line and repeats none, and the lines of both streams keep their order.
func TestPipeWithoutRoom(t *testing.T) {
	var text, want strings.Builder
	log := newJournal("native", &pipe{text: &text}, &pipe{text: &text}, func() time.Time { return servertest.Noon })
	for i := range 3 {
		log.Server(journal.Info, fmt.Sprint("line ", i))
		fmt.Fprintln(&want, "INFO:     line", i)
		for _, id := range []string{"a", "b"} {
			log.End("thread", id)
			fmt.Fprintf(&want, "2023-03-18 12:00:00 - %d-thread: done request id[%s]\n", os.Getpid(), id)
		}
	}
	log.Flush()
	check.Equal(t, "lines", text.String(), want.String())
}

// writes are the single writes to a stream.
type writes []string

func (w *writes) Write(p []byte) (int, error) {
	*w = append(*w, string(p))
	return len(p), nil
}

// Workers share a pipe, which keeps writes of up to 4096 bytes in one piece: each write ends with a whole line.
func TestLinesAreWrittenWhole(t *testing.T) {
	const most = 4096
	stdout := &writes{}
	log := newJournal("native", stdout, &bytes.Buffer{}, func() time.Time { return servertest.Noon })
	for i := range 500 {
		log.End("thread", fmt.Sprint(i))
	}
	log.End("thread", strings.Repeat("9", 2*most))
	log.Flush()
	for i, text := range *stdout {
		if lines := strings.Count(text, "\n"); !strings.HasSuffix(text, "\n") || len(text) > most && lines > 1 {
			t.Errorf("write %d has %d bytes and %d lines", i, len(text), lines)
		}
	}
	check.Equal(t, "lines", strings.Count(strings.Join(*stdout, ""), "\n"), 501)
}
