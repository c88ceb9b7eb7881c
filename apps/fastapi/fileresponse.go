package fastapi

import (
	"encoding/hex"

	"github.com/target-server/target-server/apps/fastapi/files"
	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
)

// trips are the calls in threads that files need: each takes a token, but no time.
func trips(process *functions.Process) map[files.Trip]*call {
	all := map[files.Trip]*call{}
	for _, trip := range []files.Trip{files.Stat, files.LookUp, files.Open, files.Seek, files.Read, files.Close} {
		all[trip] = &call{kind: aTrip, name: string(trip), session: -1, function: process.New(nil, nil, nil)}
	}
	return all
}

// fileResponse is starlette.responses.FileResponse.
type fileResponse struct {
	task   *task
	file   *files.File
	head   *http1.Answer // its status, and the lines that the handler gives
	state  fileState
	listed bool // it is StaticFiles that answers, which knows os.stat's result
	sender files.Sender
}

// fileState is what comes next.
type fileState uint8

const (
	toStat fileState = iota
	toDecide
	toSend
	toStop
)

// sendFile has a plan answer by a file.
func (v *Version) sendFile(pl *plan) {
	file := &files.File{Size: pl.route.File, Modified: program.FileTime(), Type: v.contentType(pl.route.Type)}
	head := &http1.Answer{Status: pl.answer.status, Lines: pl.answer.before}
	pl.respond = func(t *task) response {
		return &sequence{task: t, actions: &fileResponse{task: t, file: file, head: head}}
	}
}

// next implements actions.
func (f *fileResponse) next() action {
	app := f.task.program
	switch f.state {
	case toStat:
		f.state = toDecide
		if !f.listed {
			return action{kind: calls, call: app.trips[files.Stat]}
		}
		return f.next()
	case toDecide:
		return f.decide()
	case toSend:
		switch a := f.sender.Next(app.chunk()); {
		case a.Trip != "":
			return action{kind: calls, call: app.trips[a.Trip]}
		case a.Sends:
			return action{kind: sends, message: a.Message}
		}
	case toStop:
	}
	return action{kind: returns}
}

// decide is what follows once the file is known to exist.
func (f *fileResponse) decide() action {
	r, app := f.task.program.version.files, f.task.program
	transfer := r.Serve(*f.file, f.head.Status, r.Head(*f.file, f.head.Lines), f.task.asked, app.boundary)
	if transfer.Refused {
		return action{kind: answers, answer: &http1.Answer{Status: transfer.Status, Lines: transfer.Lines, Body: transfer.Body}}
	}
	f.state, f.sender = toSend, r.Sender(&transfer, f.task.asked.Method, f.listed, program.FileBytes)
	if r.HasRanges && !f.sender.HeadOnly {
		return action{kind: listens}
	}
	return f.next()
}

// abandon implements actions.
func (f *fileResponse) abandon(interrupted *call) {
	switch {
	case f.state != toSend:
		f.state = toStop
	case interrupted == nil:
		f.sender.Stop("")
	default:
		f.sender.Stop(files.Trip(interrupted.name))
	}
}

// clears implements actions.
func (f *fileResponse) clears() bool { return f.task.running == f.task.program.trips[files.Close] }

// chunk is where a part of a file is made when it is sent.
func (a *programApp) chunk() []byte {
	if a.buffer == nil {
		a.buffer = make([]byte, files.ChunkSize)
	}
	return a.buffer
}

// boundary is secrets.token_hex(13).
func (a *programApp) boundary() string {
	var b [13]byte
	for i := range b {
		b[i] = byte(a.worker.Random().Uint32())
	}
	return hex.EncodeToString(b[:])
}
