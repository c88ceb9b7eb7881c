package http2

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http2/hpack"
)

// Rules are what a version of h2 demands of header blocks.
type Rules struct {
	// Characters: names and values are checked character by character (_reject_illegal_characters); otherwise only white
	// space around them and capitals are refused.
	Characters bool
	// Digits: a length consists of digits, and several must agree; otherwise it is what Python's int takes, and the first
	// one counts.
	Digits bool
	// OneHost: more than one Host is refused.
	OneHost bool
	// Connect: CONNECT without a protocol has neither a scheme nor a path.
	Connect bool
	// Streams is how many requests may be open at once (MAX_CONCURRENT_STREAMS).
	Streams uint32
}

// The versions of h2 at the two vintages.
var (
	V41 = Rules{Streams: mostStreams}
	V44 = Rules{Streams: mostStreams, Characters: true, Digits: true, OneHost: true, Connect: true}
)

// validate is h2.utilities.validate_headers for a request.
func (r Rules) validate(fields []hpack.HeaderField) bool {
	seen := map[string]string{}
	regular := false
	for _, f := range fields {
		switch _, again := seen[f.Name]; {
		case !r.wellFormed(f), f.Name == "te" && !strings.EqualFold(f.Value, "trailers"), connectionField(f.Name):
			return false
		case f.Name[0] == ':' && (regular || again || !pseudo(f.Name) || f.Name == ":path" && f.Value == ""):
			return false
		case f.Name == "host" && again && r.OneHost:
			return false
		}
		regular = regular || f.Name[0] != ':'
		seen[f.Name] = f.Value
	}
	return r.complete(seen)
}

// complete reports whether a request has the fields that it must have, and none that it must not have.
func (r Rules) complete(seen map[string]string) bool {
	has := func(name string) bool {
		_, found := seen[name]
		return found
	}
	connects := seen[":method"] == "CONNECT"
	switch {
	case !has(":method"), has(":protocol") && !connects, !has(":authority") && !has("host"):
		return false
	case has(":authority") && has("host") && seen[":authority"] != seen["host"]:
		return false
	case r.Connect && connects && !has(":protocol"):
		return !has(":scheme") && !has(":path")
	}
	return has(":scheme") && has(":path")
}

// regular reports whether fields are valid as trailers.
func (r Rules) regular(fields []hpack.HeaderField) bool {
	return !slices.ContainsFunc(fields, func(f hpack.HeaderField) bool {
		return !r.wellFormed(f) || f.Name[0] == ':' || connectionField(f.Name) ||
			f.Name == "te" && !strings.EqualFold(f.Value, "trailers")
	})
}

// wellFormed reports whether the characters of a field are allowed.
func (r Rules) wellFormed(f hpack.HeaderField) bool {
	if f.Name == "" {
		return false
	}
	if !r.Characters {
		const space = " \t\r\n\v\f"
		return !strings.ContainsFunc(f.Name, isUpper) && f.Name == strings.Trim(f.Name, space) && f.Value == strings.Trim(f.Value, space)
	}
	for i := range len(f.Name) {
		if c := f.Name[i]; isUpper(rune(c)) || c <= ' ' || c >= 0x7f || c == ':' && i > 0 {
			return false
		}
	}
	return !strings.ContainsAny(f.Value, "\x00\r\n") && f.Value == strings.Trim(f.Value, " \t")
}

func isUpper(c rune) bool { return c >= 'A' && c <= 'Z' }

// Lengths of a body that are not a number of bytes: its head has none, or one below zero, which any data exceeds.
const (
	noLength       = -1
	negativeLength = -2
)

// contentLength is the length of the body in a header block, and whether it is valid
// (H2Stream._initialize_content_length).
func (r Rules) contentLength(fields []hpack.HeaderField) (length int64, valid bool) {
	length = noLength
	for _, f := range fields {
		if f.Name != "content-length" {
			continue
		}
		n, ok := pythonInt(f.Value)
		if !r.Digits {
			return n, ok
		}
		if strings.ContainsFunc(f.Value, func(c rune) bool { return c < '0' || c > '9' }) || !ok || length != noLength && length != n {
			return 0, false
		}
		length = n
	}
	return length, true
}

// pythonInt is Python's int of a text: white space around it, a sign, and single underscores between digits are allowed.
func pythonInt(text string) (n int64, ok bool) {
	text = strings.Trim(text, " \t\r\n\v\f")
	digits := strings.TrimLeft(text, "+-")
	plain := strings.ReplaceAll(digits, "_", "")
	switch {
	case len(text)-len(digits) > 1, plain == "", strings.Contains(digits, "__"), digits[0] == '_', digits[len(digits)-1] == '_':
		return 0, false
	case strings.ContainsFunc(plain, func(c rune) bool { return c < '0' || c > '9' }):
		return 0, false
	case strings.HasPrefix(text, "-") && strings.Trim(plain, "0") != "":
		return negativeLength, true
	}
	n, err := strconv.ParseInt(plain, 10, 64)
	if err != nil {
		return math.MaxInt64, true
	}
	return n, true
}
