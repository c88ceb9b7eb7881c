package uvicorn

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// The fields of a handshake.
const (
	keyField        = "Sec-WebSocket-Key"
	versionField    = "Sec-WebSocket-Version"
	extensionsField = "Sec-WebSocket-Extensions"
	protocolField   = "Sec-WebSocket-Protocol"
)

// read is how the library reads the request that Uvicorn puts together for it (websockets.http11.Request.parse,
// websockets.legacy.http.read_request). status is what it would answer to one that is too large, or 0.
func (w *WebSocket) read(h *http1.Head) (status int, readable bool) {
	if len(h.Method)+len(" ")+len(h.Target)+len(" HTTP/1.1\r\n") > w.MostLine {
		return http.StatusRequestURITooLong, false
	}
	if !w.Sansio && string(h.Method) != http.MethodGet {
		return 0, false
	}
	for i, f := range h.Fields {
		switch {
		case i == w.MostFields, len(f.Name)+len(": ")+len(f.Value)+len("\r\n") > w.MostLine:
			return http.StatusRequestHeaderFieldsTooLarge, false
		case !http1.IsToken(f.Name), !http1.IsText(f.Value):
			return 0, false
		}
	}
	return 0, !w.Sansio || !hasBody(h)
}

// hasBody reports whether a request has a body, or could have one: the library accepts only a length of 0.
func hasBody(h *http1.Head) bool {
	for _, f := range h.Fields {
		if f.Is("transfer-encoding") || f.Is("content-length") && string(trimmed(f.Value)) != "0" {
			return true
		}
	}
	return false
}

// trimmed is a value without the white space around it.
func trimmed(value []byte) []byte { return bytes.Trim(value, " \t") }

// objection is what the library finds wrong with a handshake.
type objection struct {
	status int
	line   string // a line of the answer's head
	reason string // its bytes stand for Latin-1 characters
	cause  string // the error that led to it
	more   string // the end of the body
	fails  string // another exception
}

// invalid says that a field is wrong: exceptions.InvalidHeader.
func invalid(field, value string) *objection {
	if value == "" {
		return &objection{status: http.StatusBadRequest, reason: "empty " + field + " header"}
	}
	return &objection{status: http.StatusBadRequest, reason: "invalid " + field + " header: " + value}
}

// judge says how a handshake is turned down.
func (w *WebSocket) judge(h *http1.Head, readable bool) refusal {
	r := refusal{steps: w.OwnSteps}
	o := &objection{status: http.StatusBadRequest, reason: "did not receive a valid HTTP request"}
	if readable {
		o = w.objection(h)
	}
	if o == nil {
		r.steps, r.status = w.Steps, http.StatusForbidden
		return r
	}
	if o.fails != "" {
		r.status, r.fails = http.StatusInternalServerError, o.fails
		r.body = "Failed to open a WebSocket connection.\nSee server log for more information.\n"
		return r
	}
	reason := o.reason
	if w.Sansio {
		if reason = http1.Latin1(reason); o.cause != "" {
			reason += "; " + o.cause
		}
	} else if firstBeyondASCII(reason) >= 0 {
		return r // the text cannot be encoded, and this exception closes
	}
	r.status, r.line = o.status, o.line
	r.body = "Failed to open a WebSocket connection: " + reason + ".\n" + o.more
	return r
}

// objection is ServerProtocol.process_request of websockets 17, or handshake.check_request of websockets 10, after which
// Uvicorn 0.21.1 asks the application.
func (w *WebSocket) objection(h *http1.Head) *objection {
	if string(h.Method) != http.MethodGet {
		return &objection{
			status: http.StatusMethodNotAllowed, line: "Allow: GET\r\n",
			reason: "unsupported HTTP method: " + string(h.Method),
		}
	}
	for _, check := range []func(*http1.Head) *objection{w.connection, w.upgrade, w.key, w.version} {
		if o := check(h); o != nil {
			return o
		}
	}
	if !w.Sansio {
		return pathObjection(string(h.Target))
	}
	for _, check := range []func(*http1.Head) *objection{w.origin, w.extensions, w.protocols} {
		if o := check(h); o != nil {
			return o
		}
	}
	return nil
}

// valuesOf are all values of a field.
func valuesOf(h *http1.Head, field string) []string {
	var all []string
	name := strings.ToLower(field)
	for _, f := range h.Fields {
		if f.Is(name) {
			all = append(all, string(trimmed(f.Value)))
		}
	}
	return all
}

// single is the value of a field that must come once.
func (w *WebSocket) single(h *http1.Head, field string) (string, *objection) {
	all := valuesOf(h, field)
	switch len(all) {
	case 0:
		return "", &objection{status: http.StatusBadRequest, reason: "missing " + field + " header"}
	case 1:
		return all[0], nil
	}
	return "", w.several(field)
}

func (w *WebSocket) several(field string) *objection {
	return invalid(field, strings.ReplaceAll(w.Several, "%s", field))
}

func (w *WebSocket) connection(h *http1.Head) *objection {
	_, o := readLists(h, "Connection", token)
	return o
}

func (w *WebSocket) upgrade(h *http1.Head) *objection {
	protocols, o := readLists(h, "Upgrade", upgradeProtocol)
	if o == nil && len(protocols) > 1 {
		o = invalid("Upgrade", strings.Join(protocols, ", "))
		o.status, o.line = http.StatusUpgradeRequired, "Upgrade: websocket\r\n"
		o.more = "\nYou cannot access a WebSocket server directly with a browser. You need a WebSocket client.\n"
	}
	return o
}

func (w *WebSocket) key(h *http1.Head) *objection {
	key, o := w.single(h, keyField)
	if o != nil {
		return o
	}
	if !w.Sansio && firstBeyondASCII(key) >= 0 {
		return &objection{fails: encodeError("utf-8", key, "surrogates not allowed")}
	}
	length, fault := decodedLength(http1.Latin1(key))
	if fault == "" && length == 16 {
		return nil
	}
	o = invalid(keyField, key)
	o.cause = fault
	return o
}

func (w *WebSocket) version(h *http1.Head) *objection {
	version, o := w.single(h, versionField)
	if o == nil && version != "13" {
		o = invalid(versionField, version)
	}
	return o
}

func (w *WebSocket) origin(h *http1.Head) *objection {
	if len(valuesOf(h, "Origin")) > 1 {
		return w.several("Origin")
	}
	return nil
}

func (w *WebSocket) extensions(h *http1.Head) *objection {
	_, o := readLists(h, extensionsField, extension)
	return o
}

func (w *WebSocket) protocols(h *http1.Head) *objection {
	_, o := readLists(h, protocolField, token)
	return o
}

// pathObjection is what Uvicorn 0.21.1 makes of a target that is not ASCII: its process_request raises.
func pathObjection(target string) *objection {
	path, query, _ := strings.Cut(target, "?")
	for _, part := range []string{path, query} {
		if firstBeyondASCII(part) >= 0 {
			return &objection{fails: encodeError("ascii", part, "ordinal not in range(128)")}
		}
	}
	return nil
}

// firstBeyondASCII is where the first byte that is not ASCII is, or -1.
func firstBeyondASCII(text string) int {
	return strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 })
}

// encodeError is Python's UnicodeEncodeError for a text whose bytes beyond ASCII are surrogate escapes.
func encodeError(codec, text, why string) string {
	from := firstBeyondASCII(text)
	to := from + 1
	for to < len(text) && text[to] >= 0x80 {
		to++
	}
	what := fmt.Sprintf(`character '\udc%02x' in position %d`, text[from], from)
	if to > from+1 {
		what = fmt.Sprintf("characters in position %d-%d", from, to-1)
	}
	return fmt.Sprintf("UnicodeEncodeError: '%s' codec can't encode %s: %s", codec, what, why)
}

// decodedLength is Python's base64.b64decode(text, validate=True): how many bytes it returns, or why it fails
// (binascii.a2b_base64 of Python 3.11 in its strict mode).
func decodedLength(text string) (length int, fault string) {
	if strings.HasPrefix(text, "=") {
		return 0, "Leading padding not allowed"
	}
	digits, pads := 0, 0
	padded := false
	for i := range len(text) {
		c := text[i]
		if c == '=' {
			padded = true
			if digits%4 < 2 {
				continue
			}
			if pads++; digits%4+pads < 4 {
				continue
			}
			if i+1 < len(text) {
				return 0, "Excess data after padding"
			}
			return digits * 3 / 4, ""
		}
		switch {
		case !isBase64(c):
			return 0, "Only base64 data is allowed"
		case padded:
			return 0, "Discontinuous padding not allowed"
		}
		digits++
	}
	switch digits % 4 {
	case 0:
		return digits * 3 / 4, ""
	case 1:
		const wrong = "Invalid base64-encoded string: number of data characters (%d) cannot be 1 more than a multiple of 4"
		return 0, fmt.Sprintf(wrong, digits)
	}
	return 0, "Incorrect padding"
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}
