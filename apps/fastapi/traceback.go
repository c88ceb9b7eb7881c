package fastapi

import (
	"strconv"

	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// traceback is a failure as Python prints it, after those during whose handling it was raised.
func (v *Version) traceback(f *functions.Failure) string {
	text := f.Exception
	if f.Status != 0 {
		text = v.httpException(f.Status)
	}
	if f.Earlier != nil {
		return v.traceback(f.Earlier) + journal.During + text
	}
	return text
}

// httpException is an HTTPException as Python prints it: Starlette 0.26 leaves that to Exception, which has only the
// argument that it was given.
func (v *Version) httpException(status int) string {
	text := "fastapi.exceptions.HTTPException: " + strconv.Itoa(status)
	if v.needsPhrase {
		return text
	}
	return text + ": " + http1.Phrase(status)
}
