package fastapi

import (
	"net/http"

	"github.com/target-server/target-server/apps/fastapi/form"
	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/server/http1"
)

// reading is the form of a request, which is read before anything else (await request.form()), and closed at the end.
type reading struct {
	form    *form.Form
	work    form.Work // that is left to threads
	last    bool      // all of the body has been received
	refusal string    // why the form is refused, or empty
	closes  int       // files that are still to be closed in threads
	late    bool      // they are closed after the answer to an error
}

// mostKept is how many bytes the forms of a worker may keep together. A form that finds no room is answered as where Python
// has no memory left.
const mostKept = 16 << 20

// newReading begins to read the form of an exchange, if the route has one.
func (a *programApp) newReading(e http1.Exchange, head *http1.Head, pl *plan) *reading {
	if pl.form == nil {
		return nil
	}
	contentType, _ := head.Value("content-type")
	host := form.Host{
		Warn: a.worker.Host().Log.Loop,
		Keep: func(bytes int) bool {
			if bytes > 0 && a.kept+bytes > mostKept {
				return false
			}
			a.kept += bytes
			return true
		},
	}
	f, err := a.version.forms.New(contentType, pl.form.fields, host)
	if err != nil {
		return &reading{refusal: err.Error()}
	}
	r := &reading{form: f, last: !f.Reads()}
	if asgi, reads := e.(http1.ASGI); reads && f.Reads() {
		asgi.KeepBody()
	}
	return r
}

// read goes on with reading: threads work for what has been received, and then the next part is awaited. It reports
// whether the task goes on at once.
func (t *task) read() bool {
	r := t.reading
	switch {
	case r.refusal != "":
		t.abandonForm()
		t.phase = replying
	case r.last:
		t.formed()
	default:
		asgi := t.request.ASGI()
		received := false
		waits := true
		asgi.Receive(func(m http1.Received) {
			t.receive(m)
			if received = true; !waits {
				t.proceed()
			}
		})
		waits = false
		return received
	}
	return true
}

// receive reads a part of the body. The client's leaving is an exception like any other.
func (t *task) receive(m http1.Received) {
	r := t.reading
	if m.Disconnect {
		r.refusal = parseError
		return
	}
	r.last = !m.More
	if len(m.Body) == 0 {
		return
	}
	work, err := r.form.Write(m.Body)
	if err != nil {
		r.refusal = err.Error()
		return
	}
	r.work = work
}

// parseError is what FastAPI tells of an exception while a form is read.
const parseError = "There was an error parsing the body"

// formed ends the reading: the form is validated after the dependencies have run, which makes no difference, because nothing
// they do changes it.
func (t *task) formed() {
	r := t.reading
	if r.form.Reads() {
		if err := r.form.Finish(); err != nil {
			r.refusal = err.Error()
			return
		}
	}
	t.phase, r.closes = calling, r.form.OnDisk
	values, errs := t.plan.form.validate(t.program.version, r.form.Items)
	r.form.Release()
	if len(errs) > 0 {
		if len(t.errs) == 0 {
			t.calls = t.calls[:len(t.calls)-1] // not the handler
		}
		t.errs = append(t.errs, errs...)
		return
	}
	if at := t.plan.handler().values; len(t.errs) == 0 {
		t.values[at] = append(t.values[at], values...)
	}
}

// dueUpload takes the next call that a file on disk needs.
func (t *task) dueUpload() *call {
	r := t.reading
	switch {
	case t.phase == closing && r.closes > 0:
		r.closes--
	case t.phase == readingForm && r.work.Writes > 0:
		r.work.Writes--
	case t.phase == readingForm && r.work.Seeks > 0:
		r.work.Seeks--
	default:
		return nil
	}
	return t.plan.form.upload
}

// closesFiles reports whether files are still to be closed.
func (t *task) closesFiles() bool { return t.reading != nil && t.reading.closes > 0 }

// answersFirst reports whether an error is answered before files are closed.
func (t *task) answersFirst() bool {
	if !t.program.version.closesLate || !t.closesFiles() || t.reply != nil || !t.failed() || t.raises() {
		return false
	}
	t.reading.late = true
	return true
}

// refusal is why the form is refused, or empty.
func (t *task) refusal() string {
	if t.reading == nil {
		return ""
	}
	return t.reading.refusal
}

// abandonForm gives up a form of which nothing more is needed. A cancelled task closes no files here: Python's would.
func (t *task) abandonForm() {
	r := t.reading
	if r == nil {
		return
	}
	r.work, r.closes = form.Work{}, 0
	if r.form != nil {
		r.form.Release()
	}
}

// refuses is the answer to a form that is refused.
func (v *Version) refuses(detail string) *http1.Answer {
	return document(http.StatusBadRequest, jsonType, `{"detail":`+pyvalue.JSON(detail)+`}`)
}
