package fastapi

import (
	"net/http"

	"github.com/target-server/target-server/apps/fastapi/files"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
)

// folder is a folder that is mounted (starlette.staticfiles.StaticFiles), in one worker.
type folder struct {
	*files.Folder
	plan    *plan
	checked bool // it is known to exist (config_checked)
}

func (a *programApp) newFolder(path string, f *files.Folder) *folder {
	made := &folder{Folder: f, plan: &plan{name: path}}
	made.plan.respond = func(t *task) response {
		return &sequence{task: t, actions: &folderResponse{task: t, folder: made}}
	}
	return made
}

// folderResponse is StaticFiles.__call__ for one request.
type folderResponse struct {
	task   *task
	folder *folder
	state  folderState
	file   *fileResponse // once it is found
}

// folderState is what comes next.
type folderState uint8

const (
	toCheck folderState = iota
	toLookUp
	toAnswer
	toReturn
)

// next implements actions.
func (f *folderResponse) next() action {
	if f.file != nil {
		return f.file.next()
	}
	app := f.task.program
	switch f.state {
	case toCheck:
		f.state = toLookUp
		if !f.folder.checked {
			return action{kind: calls, call: app.trips[files.Stat]}
		}
		return f.next()
	case toLookUp:
		f.folder.checked, f.state = true, toAnswer
		if f.task.asked.Method != http.MethodGet && f.task.asked.Method != http.MethodHead {
			return action{kind: answers, answer: app.version.folderMethods()}
		}
		return action{kind: calls, call: app.trips[files.LookUp]}
	case toAnswer:
		return f.answer()
	case toReturn:
	}
	return action{kind: returns}
}

// answer is what follows once the path has been looked up.
func (f *folderResponse) answer() action {
	v := f.task.program.version
	file, outcome := v.files.LookUp(f.folder.Folder, f.task.asked.Path)
	switch outcome {
	case files.NotFound:
		return action{kind: answers, answer: v.notFound}
	case files.HasZero:
		return action{kind: raises, exception: "ValueError: embedded null byte"}
	case files.TooLong:
		return action{kind: raises, exception: "OSError: [Errno 36] File name too long: '" + f.task.asked.Path + "'"}
	case files.Found:
	}
	found := &files.File{Size: file.Size, Modified: program.FileTime(), Type: v.contentType(v.files.Type("/" + file.Name))}
	lines := v.files.Head(*found, nil)
	if v.files.NotModified(f.task.asked, lines) {
		return action{kind: answers, answer: &http1.Answer{Status: http.StatusNotModified, Lines: files.NotModifiedLines(lines)}}
	}
	f.file = &fileResponse{task: f.task, file: found, head: &http1.Answer{Status: http.StatusOK}, listed: true}
	return f.file.next()
}

// abandon implements actions.
func (f *folderResponse) abandon(interrupted *call) {
	if f.state = toReturn; f.file != nil {
		f.file.abandon(interrupted)
	}
}

// clears implements actions.
func (f *folderResponse) clears() bool { return f.file != nil && f.file.clears() }

// folderMethods is the answer of a folder to another method than GET and HEAD.
func (v *Version) folderMethods() *http1.Answer {
	if v.files.TellsMethods {
		return methodNotAllowed("GET, HEAD")
	}
	return document(http.StatusMethodNotAllowed, jsonType, `{"detail":"Method Not Allowed"}`)
}
