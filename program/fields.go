package program

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// field is a key that a mapping may contain, with what reads its value.
type field struct {
	key  string
	read func(value *yaml.Node)
}

// fields reads a mapping whose keys are fixed. what names the mapping in messages. It reports whether each key is known: if
// not, whatever seems to be missing may be meant by a wrong key.
func (r *reader) fields(n *yaml.Node, what, example string, known []field) bool {
	names := make([]string, len(known))
	for i, f := range known {
		names[i] = f.key
	}
	right := true
	for _, p := range r.pairs(n, what, example) {
		at := slices.Index(names, p.key.Value)
		if at >= 0 {
			known[at].read(p.value)
			continue
		}
		right = false
		r.unknown(p.key, what, names)
	}
	return right
}

// unknown says what a key of a mapping was probably meant to be.
func (r *reader) unknown(key *yaml.Node, what string, names []string) {
	if slices.Contains(names, "def") && slices.Contains(stepNames(), key.Value) {
		r.fail(key, "accepted: for example def: [{sleep: 50ms}]",
			"%s is a step, and steps belong into def or async", key.Value)
		return
	}
	r.fail(key, meant(key.Value, names)+"accepted: "+strings.Join(names, ", "), "%s is not a key of %s",
		show(key.Value), what)
}

// pair is an entry of a mapping.
type pair struct {
	key   *yaml.Node
	value *yaml.Node
}

// pairs returns the entries of a mapping. A key that comes twice is a mistake.
func (r *reader) pairs(n *yaml.Node, what, accepted string) []pair {
	if r.alias(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, accepted, "%s must be a mapping, and this is %s", what, kindOf(n))
		return nil
	}
	var all []pair
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch first, twice := seen[key.Value]; {
		case key.Kind == yaml.ScalarNode && key.Tag == "!!merge":
			r.fail(key, "write it out", "merging mappings (<<) is not supported")
		case key.Kind != yaml.ScalarNode:
			r.fail(key, accepted, "a key of %s must be a word, and this is %s", what, kindOf(key))
		case twice:
			r.fail(key, "give it once", "%s is given twice, first in %s", show(key.Value), r.line(first))
			r.again[key] = true
			all = append(all, pair{key, value}) // for the mistakes in it
		default:
			seen[key.Value], r.keys[value] = key.Line, key
			all = append(all, pair{key, value})
		}
	}
	return all
}

// list returns the entries of a list.
func (r *reader) list(n *yaml.Node, what, accepted string) []*yaml.Node {
	if r.alias(n) {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.fail(n, accepted, "%s must be a list, and this is %s", what, kindOf(n))
		return nil
	}
	return n.Content
}

// alias refuses aliases: a chain of them can stand for more than memory holds.
func (r *reader) alias(n *yaml.Node) bool {
	if n.Kind != yaml.AliasNode {
		return false
	}
	r.fail(n, "write it out", "aliases (*%s) are not supported", n.Value)
	return true
}

// text returns a single value, as it is written. accepted describes it.
func (r *reader) text(n *yaml.Node, accepted string) (string, bool) {
	switch {
	case r.alias(n):
		return "", false
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		r.fail(n, "accepted: "+accepted, "%s has no value", r.nameOf(n))
		return "", false
	case n.Kind != yaml.ScalarNode:
		r.fail(n, "accepted: "+accepted, "%s must be a single value, and this is %s", r.nameOf(n), kindOf(n))
		return "", false
	case n.Style&yaml.TaggedStyle != 0:
		r.fail(n, "accepted: the value alone", "tags such as %s are not supported", n.Tag)
		return "", false
	case !utf8.ValidString(n.Value): // of a Go value
		r.fail(n, "accepted: "+accepted, "%s is not UTF-8", show(n.Value))
		return "", false
	}
	return n.Value, true
}

// nameOf is the key of a value, for messages.
func (r *reader) nameOf(value *yaml.Node) string {
	if key := r.keys[value]; key != nil {
		return shortly(key.Value)
	}
	return "each entry of this list"
}

// whole returns a whole number.
func (r *reader) whole(n *yaml.Node, low, high int) int {
	accepted := "a whole number from " + strconv.Itoa(low) + " to " + strconv.Itoa(high)
	text, ok := r.text(n, accepted)
	if !ok {
		return low
	}
	number, err := strconv.Atoi(text)
	switch {
	case err != nil:
		r.fail(n, "accepted: "+accepted, "%s is not a whole number", show(text))
	case number < low:
		r.fail(n, "accepted: "+accepted, "%s is too small", show(text))
	case number > high:
		r.fail(n, "accepted: "+accepted, "%s is too large", show(text))
	default:
		return number
	}
	return low
}

// flag returns true or false.
func (r *reader) flag(n *yaml.Node) bool {
	text, ok := r.text(n, "true or false")
	if ok && text != "true" && text != "false" {
		r.fail(n, "accepted: true or false", "%s is neither true nor false", show(text))
	}
	return text == "true"
}

// kindOf describes a node.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return "nothing"
	case n.Kind == yaml.ScalarNode:
		return "the single value " + show(n.Value)
	}
	return "something else"
}

// longestShown is how much of a value a message repeats.
const longestShown = 60

// show quotes a value.
func show(text string) string { return strconv.Quote(cut(text)) }

// shortly shows a key, in quotes only if it needs them.
func shortly(key string) string {
	if quoted := show(key); key == "" || quoted != `"`+key+`"` {
		return quoted
	}
	return key
}

func cut(text string) string {
	if len(text) > longestShown {
		return strings.ToValidUTF8(text[:longestShown], "") + "…"
	}
	return text
}
