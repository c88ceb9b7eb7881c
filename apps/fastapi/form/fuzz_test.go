package form

import (
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// FuzzForm checks what holds for any form: it keeps no more than it was given, a release that limits texts never keeps
// more than its fields may have, and its files are as large as what they were sent.
func FuzzForm(f *testing.F) {
	const kind = "multipart/form-data; boundary=X"
	f.Add(kind, "--X\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\nX: y\r\n\r\n\r\n--x\r\n--X--\r\n", uint8(3))
	f.Add(kind, "--X\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--X \r\n\r\n--X--", uint8(1))
	f.Add("application/x-www-form-urlencoded", "a=1&b=%C3%A4;c&&=+", uint8(2))
	f.Fuzz(func(t *testing.T, contentType, body string, size uint8) {
		for _, version := range releases {
			v := version()
			v.spool = 8
			chunks := cut(body, int(size)+1)
			kept, most := 0, 0
			host := Host{Warn: func(string) {}, Keep: func(n int) bool {
				kept += n
				most = max(most, kept)
				return kept <= 1<<10
			}}
			form, err := v.New(contentType, fields, host)
			if err != nil || !form.Reads() {
				continue
			}
			var o outcome
			err = feed(form, chunks, &o)
			check.Equal(t, "kept more than was sent", most > len(body), false)
			if err == nil {
				checkFiles(t, form, len(body), o.Work)
			}
			form.Release()
		}
	})
}

func cut(body string, size int) []string {
	var chunks []string
	for len(body) > size {
		chunks, body = append(chunks, body[:size]), body[size:]
	}
	return append(chunks, strings.Clone(body))
}

func checkFiles(t *testing.T, form *Form, sent int, work [][2]int) {
	t.Helper()
	seeks := 0
	for _, w := range work {
		seeks += w[1]
	}
	check.Equal(t, "more seeks than files on disk", seeks > form.OnDisk, false)
	for _, item := range form.Items {
		if item.Kind == Upload {
			check.Equal(t, "a file larger than what was sent", item.File.Size > int64(sent), false)
		}
	}
}
