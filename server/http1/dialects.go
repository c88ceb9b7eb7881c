package http1

import "maps"

// H11v014 is h11 0.14.0 as uvicorn 0.21.1 calls it: Connection.next_event in
// H11Protocol.handle_events, which continues after the end of the last message
// and so answers 400 to any data after it.
var H11v014 = Dialect{
	Name:           "h11 0.14.0",
	FirstByte:      0x21,
	MaxIncomplete:  16 << 10,
	TargetChars:    &visibleChars,
	Fold:           FoldJoined,
	HostOnce:       true,
	ExpectList:     true,
	UpgradeAlone:   true,
	LengthRepeats:  true,
	LengthCrash:    4301,
	ChunkDigits:    20,
	ChunkEnd:       ChunkEndUnseen,
	DataAfterClose: CloseRefuses,
}

// H11v016 is h11 0.16.0 as uvicorn 0.54.0 calls it. Unlike in 0.14.0, a
// Content-Length has at most 20 digits, CR LF must follow a chunk, and
// handle_events leaves its loop at the end of the last message.
var H11v016 = func() Dialect {
	d := H11v014
	d.Name = "h11 0.16.0"
	d.LengthDigits = 20
	d.ChunkEnd = ChunkEndCRLF
	d.DataAfterClose = CloseRefusesNextRead
	return d
}()

// H11v016Eager is h11 0.16.0 as hypercorn 0.18.0 calls it: its _handle_events
// continues after the end of the last message.
var H11v016Eager = func() Dialect {
	d := H11v016
	d.DataAfterClose = CloseRefuses
	return d
}()

// Httptools050 is httptools 0.5.0 (llhttp 6.0.9, built in its loose mode) as
// uvicorn 0.21.1 calls it: HttpRequestParser.feed_data in
// HttpToolsProtocol.data_received, and parse_url in on_headers_complete.
var Httptools050 = Dialect{
	Name:           "httptools 0.5.0",
	ByteByByte:     true,
	Methods:        llhttp6Methods,
	Versions:       []string{"0.9", "1.0", "1.1", "2.0"},
	TargetChars:    &looseURLChars,
	Target:         TargetURL,
	BareLFLine:     true,
	BareLFHead:     true,
	BareLFEmpty:    true,
	AnyAfterCR:     true,
	SpaceInName:    true,
	EmptyName:      true,
	Fold:           FoldKept,
	Length:         LengthRefusedAtEnd,
	EmptyEncoding:  true,
	StaleLength:    true,
	ChunkExtension: ExtensionText,
	ChunkEnd:       ChunkEndUnseen,
	UpgradeStops:   true,
	DataAfterClose: CloseDrops,
}

// Httptools090 is httptools 0.9.0 (llhttp 9.4.3) as uvicorn 0.54.0 calls it,
// with lenient_data_after_close.
var Httptools090 = Dialect{
	Name:              "httptools 0.9.0",
	ByteByByte:        true,
	Methods:           llhttp9Methods,
	MethodBeforeSlash: true,
	Versions:          []string{"0.9", "1.0", "1.1", "2.0"},
	TargetChars:       &urlChars,
	Target:            TargetURL,
	MaxTarget:         1<<16 - 1,
	Fold:              FoldRefused,
	TabAfterOption:    true,
	Length:            LengthRefusedAtName,
	TabAfterLength:    true,
	ChunkExtension:    ExtensionGrammar,
	ChunkEnd:          ChunkEndCRLF,
	UpgradeStops:      true,
	DataAfterClose:    CloseDrops,
}

// llhttp6Methods are the METHODS of llhttp 6.0.9.
var llhttp6Methods = map[string]Protocols{
	"ACL":           ProtocolHTTP,
	"ANNOUNCE":      ProtocolRTSP,
	"BIND":          ProtocolHTTP,
	"CHECKOUT":      ProtocolHTTP,
	"CONNECT":       ProtocolHTTP,
	"COPY":          ProtocolHTTP,
	"DELETE":        ProtocolHTTP,
	"DESCRIBE":      ProtocolRTSP,
	"FLUSH":         ProtocolRTSP,
	"GET":           ProtocolHTTP | ProtocolRTSP,
	"GET_PARAMETER": ProtocolRTSP,
	"HEAD":          ProtocolHTTP,
	"LINK":          ProtocolHTTP,
	"LOCK":          ProtocolHTTP,
	"M-SEARCH":      ProtocolHTTP,
	"MERGE":         ProtocolHTTP,
	"MKACTIVITY":    ProtocolHTTP,
	"MKCALENDAR":    ProtocolHTTP,
	"MKCOL":         ProtocolHTTP,
	"MOVE":          ProtocolHTTP,
	"NOTIFY":        ProtocolHTTP,
	"OPTIONS":       ProtocolHTTP | ProtocolRTSP,
	"PATCH":         ProtocolHTTP,
	"PAUSE":         ProtocolRTSP,
	"PLAY":          ProtocolRTSP,
	"POST":          ProtocolHTTP | ProtocolRTSP,
	"PRI":           ProtocolHTTP,
	"PROPFIND":      ProtocolHTTP,
	"PROPPATCH":     ProtocolHTTP,
	"PURGE":         ProtocolHTTP,
	"PUT":           ProtocolHTTP,
	"REBIND":        ProtocolHTTP,
	"RECORD":        ProtocolRTSP,
	"REDIRECT":      ProtocolRTSP,
	"REPORT":        ProtocolHTTP,
	"SEARCH":        ProtocolHTTP,
	"SETUP":         ProtocolRTSP,
	"SET_PARAMETER": ProtocolRTSP,
	"SOURCE":        ProtocolHTTP | ProtocolICE,
	"SUBSCRIBE":     ProtocolHTTP,
	"TEARDOWN":      ProtocolRTSP,
	"TRACE":         ProtocolHTTP,
	"UNBIND":        ProtocolHTTP,
	"UNLINK":        ProtocolHTTP,
	"UNLOCK":        ProtocolHTTP,
	"UNSUBSCRIBE":   ProtocolHTTP,
}

// llhttp9Methods are the METHODS of llhttp 9.4.3.
var llhttp9Methods = func() map[string]Protocols {
	m := maps.Clone(llhttp6Methods)
	m["QUERY"] = ProtocolHTTP
	return m
}()

// Gunicorn201 is gunicorn.http.message.Request of gunicorn 20.1.0, as its sync and
// gthread workers call it.
var Gunicorn201 = Dialect{
	Name: "gunicorn 20.1.0",
	Lines: &LineRules{
		MostLine: 4094, MostFields: 100, MostField: 8190,
		LineTooLong:   Refusal{Status: 400, Reason: badRequest},
		FieldsTooLong: Refusal{Status: 400, Reason: badRequest},
	},
	DataAfterClose: CloseDrops,
}

// Gunicorn270 is the same for gunicorn 27.0.1, without gunicorn_h1c.
var Gunicorn270 = Dialect{
	Name: "gunicorn 27.0.1",
	Lines: &LineRules{
		MostLine: 4094, MostFields: 100, MostField: 8190,
		LineTooLong:   Refusal{Status: 414, Reason: "URI Too Long"},
		FieldsTooLong: Refusal{Status: 431, Reason: "Request Header Fields Too Large"},
		EmptyLine:     true, BareLF: true, Visible: true, Tokens: true, Policy: true, Framed: true, ChunkGrammar: true,
	},
	DataAfterClose: CloseDrops,
}
