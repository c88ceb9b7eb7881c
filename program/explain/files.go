package explain

import (
	"fmt"
	"slices"

	"github.com/target-server/target-server/program"
)

// fileName is what the stage is called in which a file is sent.
const fileName = "file"

// partSize is how much of a file Starlette reads in one thread (FileResponse.chunk_size).
const partSize = 64 << 10

// What else takes a token: FileResponse asks for stat, and StaticFiles has done so to find the file.
const (
	statToo = 1
	noStat  = 0
)

// fileStage is the sending of a file: it is opened, each part is read, and it is closed, each in a thread. It is read until a
// part is shorter than the others (FileResponse._handle_simple).
func fileStage(size int64, stat int) stage {
	reads := int(size/partSize) + 1
	return stage{name: fileName, place: Token, parts: stat + len([]string{"open", "close"}) + reads}
}

// servedFrom is what a request for the largest file of a folder does.
func servedFrom(folder *program.Folder, terms Terms) (*program.Route, path) {
	largest := slices.MaxFunc(folder.Files, func(a, b program.File) int { return int(a.Size - b.Size) })
	route := &program.Route{Method: "GET", Path: folder.Path + "/" + largest.Name, Function: program.AsyncDef()}
	return route, path{terms: terms, inside: []stage{
		{name: "lookup", place: Token}, fileStage(largest.Size, noStat), {name: "answer", place: Nowhere},
	}}
}

// trips says how many tokens a stage takes.
func (s Stage) trips() string {
	number := fmt.Sprintf("%.3g", s.Tokens)
	if s.Tokens >= 100 {
		number = fmt.Sprintf("%.0f", s.Tokens)
	}
	if s.Name == fileName {
		return number + " tokens, one after another: to open it, for each 64 KiB and the end, and to close it"
	}
	return number + " tokens, one after another: for each chunk and for the end"
}
