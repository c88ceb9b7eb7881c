package fastapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
)

const forms = `
dependencies:
  opened: {async: [{log: opened}], yield: true, exit: [{log: closed}]}
  slow: {async: [{sleep: 100ms}]}
routes:
  POST /upload: {async: [{sleep: 100ms}], form: {title: str, picture: file}, body: '"{title}"'}
  POST /fails: {depends: [opened], async: [{sleep: 100ms}, {raise: 503}], form: {picture: file}}
  POST /raises: {depends: [opened], async: [{sleep: 100ms}, {raise: ValueError}], form: {picture: file}}
  POST /missing: {depends: [slow], async: [], form: {picture: file, other: str}}
  POST /order: {depends: [opened], async: [{log: handler}], form: {title: str}, background: [{async: [{log: "task {title}"}]}]}
  GET /hold: {def: [{sleep: 400ms}]}
`

const (
	formEnd    = "\r\n--X--\r\n"
	formOnDisk = 1<<20 + 1<<10 // bytes of a file that is on disk
)

// uploading is the beginning of an upload: sent bytes of a file of size bytes.
func uploading(path string, sent, size int) string {
	const disposition = "--X\r\nContent-Disposition: form-data; name="
	begin := disposition + "title\r\n\r\nhello\r\n" + disposition + "picture; filename=a\r\n\r\n"
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: %d\r\n\r\n%s",
		path, len(begin)+size+len(formEnd), begin+strings.Repeat("x", sent))
}

// A file on disk takes a thread for each write and for its end, among other requests that wait; a small one takes none.
func TestUploadsWaitForThreads(t *testing.T) {
	for vintage, want := range map[string]string{
		config.Vintage202303:  "200 1.31s, 200 410ms, 200 1.21s, 200 810ms, 200 250ms",
		config.VintageCurrent: "200 1.31s, 200 410ms, 200 810ms, 200 1.21s, 200 250ms",
	} {
		w := serve(t, vintage, forms, limit(1))
		more := strings.Repeat("x", 1000)
		upload := w.Send(0, uploading("/upload", formOnDisk, formOnDisk+2*len(more)))
		hold := w.Send(10*time.Millisecond, servertest.Request("/hold"))
		w.At(50*time.Millisecond, func() { upload.Send(more) })
		again := w.Send(100*time.Millisecond, servertest.Request("/hold"))
		small := w.Send(150*time.Millisecond, uploading("/upload", 1000, 1000)+formEnd)
		w.At(250*time.Millisecond, func() { upload.Send(more + formEnd) })
		last := w.Send(300*time.Millisecond, servertest.Request("/hold"))
		w.Run(time.Minute)
		check.Equal(t, vintage, answers([]*sim.Client{upload, hold, again, last, small}), want)
	}
}

// A file on disk takes a thread to be closed: after the answer, unless an exception reaches the server or, in the older
// release, any error is answered.
func TestFilesAreClosedInThreads(t *testing.T) {
	for vintage, want := range map[string]string{
		config.Vintage202303:  "/fails 503 450ms, /raises 500 450ms, /missing 422 450ms, /upload 200 100ms",
		config.VintageCurrent: "/fails 503 100ms, /raises 500 450ms, /missing 422 100ms, /upload 200 100ms",
	} {
		var got []string
		for _, path := range []string{"/fails", "/raises", "/missing", "/upload"} {
			w := serve(t, vintage, forms, limit(1))
			c := w.Send(0, uploading(path, formOnDisk, formOnDisk)+formEnd)
			w.Send(50*time.Millisecond, servertest.Request("/hold"))
			w.Run(time.Minute)
			got = append(got, path+" "+answers([]*sim.Client{c}))
			check.Equal(t, path, w.Workers[0].Statistics().Borrowed, 0)
		}
		check.Equal(t, vintage, strings.Join(got, ", "), want)
	}
}

// A form is read before the dependencies run, and is validated after them.
func TestOrderOfAForm(t *testing.T) {
	post := func(body string) string {
		return fmt.Sprintf("POST /order HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
			len(body), body)
	}
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, forms)
		w.Send(0, post("title=a%20b"))
		w.Send(10*time.Millisecond, post(""))
		c := w.Send(20*time.Millisecond, strings.TrimSuffix(post("title=a"), "a"))
		w.At(30*time.Millisecond, c.Close)
		w.Run(time.Minute)
		w.Printed("0s opened on MainThread", "0s handler on MainThread", "0s POST /order 200", "0s task a b on MainThread",
			"0s closed on MainThread", "10ms opened on MainThread", "10ms closed on MainThread", "10ms POST /order 422")
		check.Equal(t, "sums", w.Sums(), "accepted 3: held 0, answered 2, refused 0, cancelled 0, left 1; started 2")
	})
}
