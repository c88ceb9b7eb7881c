package stacks

import (
	"embed"
	"net/http"
	"path"
	"strconv"

	"github.com/target-server/target-server/server/http1"
)

// pages are the documents that FastAPI generates for the article's program, as
// FastAPI 0.94.1 and 0.165.0 answered. fastapi/README.md names their source.
//
//go:embed fastapi
var pages embed.FS

const (
	jsonType = "application/json"
	htmlType = "text/html; charset=utf-8"
	textType = "text/plain; charset=utf-8"
)

// FastAPI is what FastAPI answers by itself.
type FastAPI struct {
	Pages               []Page
	NotFound, MissingID *http1.Answer
	BadSleep            *http1.Answer // to our own ?sleep=
	// ChecksHost: redirects do not repeat a Host field that names no host.
	ChecksHost bool
	QueueFull  *http1.Answer // to our own --queue
	Failed     *http1.Answer // to a handler that raises (starlette.middleware.errors)
}

// Page is a document that FastAPI serves beside the program's own paths, with
// GET and HEAD.
type Page struct {
	Path   string
	Answer *http1.Answer
}

// fastapi202303 is FastAPI 0.94.1 on Starlette 0.26.1 with pydantic 1.10.
func fastapi202303() FastAPI {
	return framework("2023-03",
		`{"detail":[{"loc":["query","id"],"msg":"field required","type":"value_error.missing"}]}`,
		`{"detail":[{"loc":["query","sleep"],"msg":"value is not a valid duration","type":"value_error.duration"}]}`)
}

// fastapiCurrent is FastAPI 0.165.0 on Starlette 1.10.0 with pydantic 2.14.
func fastapiCurrent() FastAPI {
	f := framework("current",
		`{"detail":[{"type":"missing","loc":["query","id"],"msg":"Field required","input":null}]}`,
		`{"detail":[{"type":"duration_parsing","loc":["query","sleep"],"msg":"Input should be a valid duration"}]}`)
	f.ChecksHost = true
	return f
}

func framework(vintage, missingID, badSleep string) FastAPI {
	page := func(url, file, mediaType string) Page {
		body, err := pages.ReadFile(path.Join("fastapi", vintage, file))
		if err != nil {
			body = []byte(err.Error()) // cannot be: the files are part of the program
		}
		return Page{url, Document(http.StatusOK, mediaType, string(body))}
	}
	return FastAPI{
		Pages: []Page{
			page("/openapi.json", "openapi.json", jsonType),
			page("/docs", "docs.html", htmlType),
			page("/docs/oauth2-redirect", "../oauth2-redirect.html", htmlType),
			page("/redoc", "redoc.html", htmlType),
		},
		NotFound:  Document(http.StatusNotFound, jsonType, `{"detail":"Not Found"}`),
		MissingID: Document(http.StatusUnprocessableEntity, jsonType, missingID),
		BadSleep:  Document(http.StatusUnprocessableEntity, jsonType, badSleep),
		QueueFull: Document(http.StatusServiceUnavailable, jsonType, `{"detail":"Service Unavailable"}`),
		Failed:    Document(http.StatusInternalServerError, textType, "Internal Server Error"),
	}
}

// Document is an answer of Starlette's Response class: the length stands
// before the type, what else the response brings before both.
func Document(status int, mediaType, body string, before ...http1.Line) *http1.Answer {
	return &http1.Answer{
		Status: status, Body: body,
		Lines: append(before, http1.Line{Name: "content-length", Value: strconv.Itoa(len(body))}, http1.Line{Name: "content-type", Value: mediaType}),
	}
}

// MethodNotAllowed is Starlette's answer to a method that a route does not
// have. allow is the route's methods; with two of them their order is that of
// a Python set, which a process chooses at random when it starts.
func MethodNotAllowed(allow string) *http1.Answer {
	return Document(http.StatusMethodNotAllowed, jsonType, `{"detail":"Method Not Allowed"}`, http1.Line{Name: "allow", Value: allow})
}

// RedirectSlash is Starlette's answer to a path that exists but for its slash.
func RedirectSlash(location string) *http1.Answer {
	return &http1.Answer{
		Status: http.StatusTemporaryRedirect,
		Lines:  []http1.Line{{Name: "content-length", Value: "0"}, {Name: "location", Value: location}},
	}
}
