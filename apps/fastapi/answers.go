package fastapi

import (
	"embed"
	"fmt"
	"net/http"
	"path"
	"strconv"

	"github.com/target-server/target-server/apps/fastapi/files"
	"github.com/target-server/target-server/apps/fastapi/form"
	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/server/http1"
)

// pages are the documents that FastAPI 0.94.1 and 0.165.0 generate for the article's program. pages/README.md names
// their source.
//
//go:embed pages
var pages embed.FS

const (
	jsonType = "application/json"
	htmlType = "text/html; charset=utf-8"
	textType = "text/plain; charset=utf-8"
)

// Version is how the releases of FastAPI differ in answers that do not call the handler. It must not
// change once it is in use.
type Version struct {
	pages               map[string]*http1.Answer // by path: documents, with GET and HEAD
	notFound, missingID *http1.Answer
	sleepError          string        // the body of badSleep, with %s for the message
	queueFull           *http1.Answer // to our own --queue
	failed              *http1.Answer // to a handler that raises an exception (starlette.middleware.errors)
	files               *files.Release
	pydantic            pydantic
	schemas             schemas
	forms               *form.Version
	// skipsEmptyFiles: an upload without a name and without a byte is no file.
	skipsEmptyFiles bool
	// closesLate: the files of a form are closed after the answer that FastAPI makes of an error; otherwise before.
	closesLate bool
	// checksHost: an invalid Host field does not appear in redirects, and what would end a path does not end it there.
	checksHost bool
	// exitsUnentered: a def dependency with yield that raises before its yield takes a thread for its exit all the same
	// (contextmanager_in_threadpool, where entering is inside the try).
	exitsUnentered bool
	// exitsOnLoop: the def exits of a cancelled request run on the loop: contextmanager_in_threadpool does not catch the
	// exception, and so Python closes the generator. Otherwise they run in threads, as ever.
	exitsOnLoop bool
	// groupEnds is how many steps of the loop a task group of AnyIO takes to end after its last task.
	groupEnds int
	// cancelsWoken: a task that is cancelled when what it awaits has just come ends all the same (AnyIO 3).
	cancelsWoken bool
	// hasEvents: FastAPI itself makes server-sent events of a generator that is the handler (fastapi.sse).
	hasEvents bool
	// needsPhrase: an HTTPException of a status that Python does not know cannot be made.
	needsPhrase bool
	// seesCharset: a type of text that names a charset gets no second one.
	seesCharset bool
}

// V094 is FastAPI 0.94.1 on Starlette 0.26.1 with pydantic 1.10.
func V094() *Version {
	v := newVersion("2023-03",
		`{"detail":[{"loc":["query","id"],"msg":"field required","type":"value_error.missing"}]}`,
		`{"detail":[{"loc":["query","sleep"],"msg":"%s","type":"value_error.duration"}]}`)
	v.pydantic, v.schemas, v.files, v.forms = pydantic1(), schemas30(), files.Starlette026(), form.Starlette026()
	v.groupEnds, v.cancelsWoken = 3, true
	v.needsPhrase, v.exitsUnentered, v.exitsOnLoop = true, true, true
	return v
}

// V0165 is FastAPI 0.165.0 on Starlette 1.10.0 with pydantic 2.14.
func V0165() *Version {
	v := newVersion("current",
		`{"detail":[{"type":"missing","loc":["query","id"],"msg":"Field required","input":null}]}`,
		`{"detail":[{"type":"duration_parsing","loc":["query","sleep"],"msg":"%s"}]}`)
	v.pydantic, v.schemas, v.files, v.forms = pydantic2(), schemas31(), files.Starlette110(), form.Starlette110()
	v.skipsEmptyFiles, v.closesLate = true, true
	v.groupEnds, v.hasEvents = 2, true
	v.checksHost, v.seesCharset = true, true
	return v
}

func newVersion(vintage, missingID, sleepError string) *Version {
	page := func(file, mediaType string) *http1.Answer {
		body, err := pages.ReadFile(path.Join("pages", vintage, file))
		if err != nil {
			body = []byte(err.Error()) // impossible: the files are embedded
		}
		return document(http.StatusOK, mediaType, string(body))
	}
	return &Version{
		pages: map[string]*http1.Answer{
			"/openapi.json":         page("openapi.json", jsonType),
			"/docs":                 page("docs.html", htmlType),
			"/docs/oauth2-redirect": page("../oauth2-redirect.html", htmlType),
			"/redoc":                page("redoc.html", htmlType),
		},
		sleepError: sleepError,
		notFound:   document(http.StatusNotFound, jsonType, `{"detail":"Not Found"}`),
		missingID:  document(http.StatusUnprocessableEntity, jsonType, missingID),
		queueFull:  document(http.StatusServiceUnavailable, jsonType, `{"detail":"Service Unavailable"}`),
		failed:     document(http.StatusInternalServerError, textType, "Internal Server Error"),
	}
}

// badSleep is the answer to an invalid ?sleep=, which is an extension, in the form of FastAPI's answers to a value that
// does not parse.
func (v *Version) badSleep(problem string) *http1.Answer {
	return document(http.StatusUnprocessableEntity, jsonType, fmt.Sprintf(v.sleepError, problem))
}

// document is an answer of Starlette's Response class: the length comes before the type, and other lines before both.
func document(status int, mediaType, body string, before ...http1.Line) *http1.Answer {
	return &http1.Answer{
		Status: status, Body: body,
		Lines: append(before,
			http1.Line{Name: "content-length", Value: strconv.Itoa(len(body))}, http1.Line{Name: "content-type", Value: mediaType}),
	}
}

// raised is the answer to an HTTPException with nothing but a status (starlette.exceptions.HTTPException). Starlette
// 1.10 leaves the detail empty for a status that Python does not know. In 0.26, to make such an exception fails, so that
// the handler raises "ValueError: 499 is not a valid HTTPStatus" instead: then the answer is nil.
func (v *Version) raised(status int) *http1.Answer {
	phrase := http1.Phrase(status)
	if phrase == "" && v.needsPhrase {
		return nil
	}
	return document(status, jsonType, `{"detail":`+pyvalue.JSON(phrase)+`}`)
}

// methodNotAllowed is Starlette's answer to a method that a route does not have. allow is the route's methods. The
// order of two is that of a Python set, which is random in each process.
func methodNotAllowed(allow string) *http1.Answer {
	return document(http.StatusMethodNotAllowed, jsonType, `{"detail":"Method Not Allowed"}`,
		http1.Line{Name: "allow", Value: allow})
}

// redirectSlash is Starlette's answer to a path that has one slash at its end too many or too few.
func redirectSlash(location string) *http1.Answer {
	return &http1.Answer{
		Status: http.StatusTemporaryRedirect,
		Lines:  []http1.Line{{Name: "content-length", Value: "0"}, {Name: "location", Value: location}},
	}
}
