package gunicorn

import (
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/threaded"
)

// reader is the parser. It decodes the fields' values as Latin-1, as Python does for the application.
type reader struct{ threaded.Reader }

func (v Version) reader() threaded.Reader { return reader{threaded.Parsed(v.Dialect)()} }

// Next implements threaded.Reader.
func (r reader) Next(buf []byte, ended bool, head *http1.Head) (event http1.Event, n int) {
	event, n = r.Reader.Next(buf, ended, head)
	if event == http1.HeadDone {
		for i, f := range head.Fields {
			if text := http1.Latin1(string(f.Value)); len(text) != len(f.Value) {
				head.Fields[i].Value = []byte(text)
			}
		}
	}
	return event, n
}

// Stuck implements [threaded.Stuck].
func (r reader) Stuck() bool {
	s, ok := r.Reader.(threaded.Stuck)
	return ok && s.Stuck()
}
