package uvicorn

import (
	"net/http"

	"github.com/target-server/target-server/server/http1"
)

// Class is what Uvicorn's protocol classes do differently, apart from parsing, which is the Dialect.
type Class struct {
	Dialect *http1.Dialect

	// ParsesAhead: pipelined requests are parsed while an earlier one is running, and queue (httptools_impl). Otherwise
	// their bytes wait (h11_impl).
	ParsesAhead bool

	// KeepsState: the parser keeps the states of both sides (h11.Connection), and raises an exception on an event that
	// does not fit them, such as a refusal after an answer has begun, or a close while an answer is owed.
	KeepsState bool

	// Trailers: the fields after a chunked body become fields of the request (httptools_impl: on_header). CloseInTrailers:
	// Connection: close among them has the answer close until its head is sent.
	Trailers, CloseInTrailers bool

	// Layout is how heads, chunks and refusals are formatted.
	Layout Layout

	// ArmsBeforePipeline: the keep-alive timer is set after every answer, even when a pipelined request starts at once,
	// which the timer may then cut off (httptools_impl of 0.21.1).
	ArmsBeforePipeline bool

	// DisarmsOnRequest: a pipelined request stops the keep-alive timer when it is parsed (h11_impl of 0.54.0).
	DisarmsOnRequest bool

	// UpgradeWarnings says when an unsupported upgrade is logged.
	UpgradeWarnings UpgradeWarnings

	// TooLong and TooShort are the exceptions, as Python prints them, when the application sends more than the
	// content-length that it has named, and less.
	TooLong, TooShort string

	// ServerError is the class's own answer to a request whose task has failed or was cancelled (send_500_response).
	ServerError *http1.Answer

	// Forwarded is which fields of a proxy are trusted.
	Forwarded *Forwarded

	// WebSocket is how a handshake is turned down.
	WebSocket *WebSocket
}

// serverError is what most classes send: it has no length, so its body goes in chunks.
var serverError = http1.Answer{
	Status: http.StatusInternalServerError, Body: "Internal Server Error",
	Lines: []http1.Line{{Name: "content-type", Value: "text/plain; charset=utf-8"}, {Name: "connection", Value: "close"}},
}

// serverErrorSized is what httptools_impl sends since Uvicorn 0.30.
var serverErrorSized = http1.Answer{
	Status: http.StatusInternalServerError, Body: "Internal Server Error",
	Lines: []http1.Line{
		{Name: "content-type", Value: "text/plain; charset=utf-8"},
		{Name: "content-length", Value: "21"},
		{Name: "connection", Value: "close"},
	},
}

// The exceptions of httptools_impl and of h11 about a body that has not the length that its head names.
const (
	tooLong     = "RuntimeError: Response content longer than Content-Length"
	tooShort    = "RuntimeError: Response content shorter than Content-Length"
	tooLongH11  = "h11._util.LocalProtocolError: Too much data for declared Content-Length"
	tooShortH11 = "h11._util.LocalProtocolError: Too little data for declared Content-Length"
)

// UpgradeWarnings are the moments at which "Unsupported upgrade request." is logged.
type UpgradeWarnings struct {
	OnHead, OnMessage, OnEnd bool
	// OnFields is with the head too, but only if the fields ask for the upgrade: CONNECT alone does not.
	OnFields bool
	// NoLibrary adds the line that asks for a WebSocket library, although one is installed (httptools_impl of 0.21.1,
	// _should_upgrade_to_ws).
	NoLibrary bool
}

// The protocol classes of Uvicorn at the two vintages.
var (
	// Httptools021 is httptools_impl.HttpToolsProtocol of Uvicorn 0.21.1.
	Httptools021 = Class{
		Dialect: &http1.Httptools050, ParsesAhead: true, Trailers: true, CloseInTrailers: true, TooLong: tooLong, TooShort: tooShort, Layout: httptools021{}, ArmsBeforePipeline: true,
		ServerError: &serverError, Forwarded: &forwarded021, WebSocket: &webSocket021,
		UpgradeWarnings: UpgradeWarnings{OnHead: true, OnMessage: true, OnEnd: true, NoLibrary: true},
	}
	// Httptools054 is httptools_impl.HttpToolsProtocol of Uvicorn 0.54.0.
	Httptools054 = Class{
		Dialect: &http1.Httptools090, ParsesAhead: true, Trailers: true, TooLong: tooLong, TooShort: tooShort, Layout: httptools054{},
		ServerError: &serverErrorSized, Forwarded: &forwarded054, WebSocket: &webSocket054,
		UpgradeWarnings: UpgradeWarnings{OnEnd: true},
	}
	// H11021 is h11_impl.H11Protocol of Uvicorn 0.21.1.
	H11021 = Class{
		Dialect: &http1.H11v014, KeepsState: true, TooLong: tooLongH11, TooShort: tooShortH11, Layout: h11Layout{},
		ServerError: &serverError, Forwarded: &forwarded021, WebSocket: &webSocket021,
	}
	// H11054 is h11_impl.H11Protocol of Uvicorn 0.54.0.
	H11054 = Class{
		Dialect: &http1.H11v016, KeepsState: true, TooLong: tooLongH11, TooShort: tooShortH11, Layout: h11Layout{}, DisarmsOnRequest: true,
		ServerError: &serverError, Forwarded: &forwarded054, WebSocket: &webSocket054,
		UpgradeWarnings: UpgradeWarnings{OnFields: true},
	}
)
