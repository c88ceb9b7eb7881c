package program

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Bounds within which Python reads and writes JSON without a limit of its own.
const (
	deepestJSON   = 50 // levels of arrays and objects
	longestNumber = 18 // digits
)

// Canonical reports whether Python writes this JSON text just so once it has read it: json.dumps with
// ensure_ascii=False and without blanks, and pydantic. It is not so for numbers with a fraction or an exponent, and not
// for keys that occur twice or contain a brace, in which a parameter's value could make them occur twice.
func Canonical(text string) bool {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var b strings.Builder
	return canonical(decoder, &b, 0) && b.String() == text
}

// canonical reads one value and writes it as Python does.
func canonical(d *json.Decoder, b *strings.Builder, depth int) bool {
	token, err := d.Token()
	if err != nil || depth > deepestJSON {
		return false
	}
	switch v := token.(type) {
	case json.Delim:
		return canonicalItems(d, b, v, depth)
	case json.Number:
		b.WriteString(v.String())
		digits := strings.TrimPrefix(v.String(), "-")
		return len(digits) <= longestNumber && !strings.ContainsAny(digits, ".eE") && v != "-0"
	case string:
		b.WriteString(jsonString(v))
	case bool:
		fmt.Fprint(b, v)
	case nil:
		b.WriteString("null")
	}
	return true
}

// canonicalItems reads and writes what follows the beginning of an array or an object.
func canonicalItems(d *json.Decoder, b *strings.Builder, begin json.Delim, depth int) bool {
	keys := map[string]bool{}
	b.WriteString(begin.String())
	for n := 0; d.More(); n++ {
		if n > 0 {
			b.WriteByte(',')
		}
		if begin == '{' {
			token, _ := d.Token()
			key, ok := token.(string)
			if !ok || keys[key] || strings.Contains(key, "{") {
				return false
			}
			keys[key] = true
			b.WriteString(jsonString(key) + ":")
		}
		if !canonical(d, b, depth+1) {
			return false
		}
	}
	end, err := d.Token()
	if err == nil {
		fmt.Fprint(b, end)
	}
	return err == nil
}

// jsonString is a text as Python's json.dumps writes it with ensure_ascii=False.
func jsonString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch i := strings.IndexRune("\"\\\n\r\t\b\f", c); {
		case i >= 0:
			b.WriteString(`\` + `"\nrtbf`[i:i+1])
		case c < ' ':
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
