package python

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// sized is a body that the file gives by its size, as an expression for what is in the quotes.
func sized(body string) node {
	return atom(`"x" * ` + strconv.Itoa(len(body)-len(`""`)))
}

// value is the Python value of a canonical JSON text. expand is a string as an expression.
func value(text string, expand func(string) node) node {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return nextValue(d, expand)
}

func nextValue(d *json.Decoder, expand func(string) node) node {
	token, _ := d.Token() // the text is valid
	switch v := token.(type) {
	case json.Delim:
		return items(d, v, expand)
	case json.Number:
		return atom(v.String())
	case string:
		return expand(v)
	case bool:
		return atom(map[bool]string{true: "True", false: "False"}[v])
	}
	return atom("None")
}

// items are a list or a dict.
func items(d *json.Decoder, begin json.Delim, expand func(string) node) node {
	n := node{open: begin.String(), always: true}
	for d.More() {
		key := ""
		if begin == '{' {
			token, _ := d.Token()
			text, _ := token.(string)
			key = quote([]piece{{text: text}}) + ": "
		}
		item := nextValue(d, expand)
		item.lead = key
		n.items = append(n.items, item)
	}
	end, _ := d.Token()
	n.close = fmt.Sprint(end)
	return n
}
