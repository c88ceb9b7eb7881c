package uvicorn

import (
	"fmt"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// item reads an item of a list that begins at a position. It returns the item and where it ends, or what is wrong at
// which position.
type item func(list string, from int) (text string, end int, fault string)

// readLists reads all values of a field as lists (websockets.headers.parse_list).
func readLists(h *http1.Head, field string, read item) (items []string, o *objection) {
	for _, value := range valuesOf(h, field) {
		more, at, fault := readList(value, read)
		if fault != "" {
			return nil, invalid(field, fmt.Sprintf("%s at %d in %s", fault, at, value))
		}
		items = append(items, more...)
	}
	return items, nil
}

// readList returns the items of a list, or what is wrong with it and where.
func readList(list string, read item) (items []string, at int, fault string) {
	at = skipCommas(list, 0)
	for {
		text, end, fault := read(list, at)
		if fault != "" {
			return nil, end, fault
		}
		items = append(items, text)
		if at = skipBlanks(list, end); at == len(list) {
			return items, at, ""
		}
		if list[at] != ',' {
			return nil, at, "expected comma"
		}
		if at = skipCommas(list, at); at == len(list) {
			return items, at, ""
		}
	}
}

func skipBlanks(list string, at int) int {
	for at < len(list) && (list[at] == ' ' || list[at] == '\t') {
		at++
	}
	return at
}

func skipCommas(list string, at int) int {
	for at < len(list) && list[at] == ',' {
		at = skipBlanks(list, at+1)
	}
	return at
}

// tokenEnd is where the token at a position ends, which is that position if there is none.
func tokenEnd(list string, at int) int {
	end := at
	for end < len(list) && http1.IsToken([]byte{list[end]}) {
		end++
	}
	return end
}

// token is headers.parse_token.
func token(list string, from int) (text string, end int, fault string) {
	if end = tokenEnd(list, from); end == from {
		return "", from, "expected token"
	}
	return list[from:end], end, ""
}

// upgradeProtocol is headers.parse_upgrade_protocol: a name, and perhaps a version after a slash.
func upgradeProtocol(list string, from int) (text string, end int, fault string) {
	if end = tokenEnd(list, from); end == from {
		return "", from, "expected protocol"
	}
	if end < len(list) && list[end] == '/' {
		if version := tokenEnd(list, end+1); version > end+1 {
			end = version
		}
	}
	return list[from:end], end, ""
}

// extension is headers.parse_extension_item: a name and its parameters.
func extension(list string, from int) (text string, end int, fault string) {
	if _, end, fault = token(list, from); fault != "" {
		return "", end, fault
	}
	name := list[from:end]
	end = skipBlanks(list, end)
	for end < len(list) && list[end] == ';' {
		if end, fault = parameter(list, skipBlanks(list, end+1)); fault != "" {
			return "", end, fault
		}
	}
	return name, end, ""
}

// parameter is headers.parse_extension_item_param.
func parameter(list string, from int) (end int, fault string) {
	if _, end, fault = token(list, from); fault != "" {
		return end, fault
	}
	if end = skipBlanks(list, end); end == len(list) || list[end] != '=' {
		return end, ""
	}
	end = skipBlanks(list, end+1)
	if end == len(list) || list[end] != '"' {
		_, end, fault = token(list, end)
	} else {
		end, fault = quoted(list, end)
	}
	if fault != "" {
		return end, fault
	}
	return skipBlanks(list, end), ""
}

// quoted is headers.parse_quoted_string, whose content must be a token.
func quoted(list string, from int) (end int, fault string) {
	var content strings.Builder
	for end = from + 1; end < len(list); end++ {
		c := list[end]
		switch {
		case c == '"':
			if content.Len() == 0 || !http1.IsToken([]byte(content.String())) {
				return from, "invalid quoted header content"
			}
			return end + 1, ""
		case c == '\\' && end+1 < len(list):
			end++
			c = list[end]
		case c == '\\', c >= 0x7f:
			return from, "expected quoted string"
		}
		content.WriteByte(c)
	}
	return from, "expected quoted string"
}
