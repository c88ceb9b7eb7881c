package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// largestFile is far more than a file with every setting and comments needs.
const largestFile = 64 << 10

// readFile returns the settings of the YAML file at path, if a path is given.
func readFile(path given, table []option) (givens, error) {
	if path.where == "" {
		return givens{}, nil
	}
	content, err := slurp(path.value)
	if err != nil {
		return givens{}, &Error{Setting: configName, Where: path.where, Reason: err.Error()}
	}
	root, err := parseYAML(content)
	if err != nil {
		return givens{}, &Error{Setting: configName, Where: "file " + plain(path.value), Reason: err.Error()}
	}
	if root == nil {
		return givens{}, nil
	}
	r := fileReader{path: plain(path.value), table: table, found: givens{}, twice: map[string]bool{}}
	for i := 0; i+1 < len(root.Content); i += 2 {
		r.take(root.Content[i], root.Content[i+1])
	}
	return r.found, errors.Join(r.errs...)
}

// slurp reads a small regular file. Its error is meant to follow "flag --config".
func slurp(path string) ([]byte, error) {
	const accepted = "accepted: a readable YAML file"
	if path == "" {
		return nil, errors.New(`"" is empty; ` + accepted)
	}
	f, err := os.Open(path)
	if err != nil {
		var wrong *fs.PathError
		if errors.As(err, &wrong) {
			err = wrong.Err
		}
		return nil, fmt.Errorf("%s cannot be opened (%w); %s", quoteUpTo(longestPath, path), err, accepted)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a directory; %s", quoteUpTo(longestPath, path), accepted)
	}
	content, err := io.ReadAll(io.LimitReader(f, largestFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s cannot be read (%w); %s", quoteUpTo(longestPath, path), err, accepted)
	case len(content) > largestFile:
		return nil, fmt.Errorf("%s is too large; accepted: at most %d KiB", quoteUpTo(longestPath, path), largestFile>>10)
	}
	return content, nil
}

// parseYAML returns the mapping in the file, or nil if the file contains only comments.
func parseYAML(content []byte) (*yaml.Node, error) {
	const accepted = "accepted: one mapping from flag names to values, such as limit: 40"
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var doc, second yaml.Node
	err := decoder.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil // an empty file is valid
	case err != nil:
		return nil, fmt.Errorf("is not YAML (%s); %s", oneLine(err), accepted)
	case !errors.Is(decoder.Decode(&second), io.EOF):
		return nil, errors.New("contains more than one document; " + accepted)
	}
	root := doc.Content[0]
	switch {
	case root.Kind == yaml.ScalarNode && root.Tag == "!!null":
		return nil, nil // so is an empty document
	case root.Kind != yaml.MappingNode:
		return nil, fmt.Errorf("contains %s; %s", nodeName(root), accepted)
	}
	return root, nil
}

// fileReader collects the keys of one file.
type fileReader struct {
	path  string
	table []option
	found givens
	twice map[string]bool // settings reported as given twice
	errs  []error
}

func (r *fileReader) take(key, value *yaml.Node) {
	where := fmt.Sprintf("file %s, line %d, key %s", r.path, key.Line, keyName(key))
	o := find(r.table, key.Value)
	if value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	switch {
	case key.Kind != yaml.ScalarNode || o == nil:
		r.fail("", where, r.unknown(key, value))
	case r.twice[o.name]:
	case r.found[o.name].where != "":
		r.twice[o.name] = true
		r.fail(o.name, where, "is given twice; give it once")
	case o.repeats() && value.Kind == yaml.SequenceNode && len(value.Content) > 0 && !slices.ContainsFunc(value.Content, isNotScalar):
		words := make([]string, len(value.Content))
		for i, word := range value.Content {
			words[i] = word.Value
		}
		r.found[o.name] = given{strings.Join(words, ","), where}
	case value.Kind != yaml.ScalarNode:
		r.fail(o.name, where, "has "+nodeName(value)+" as its value; accepted: a single value")
	case value.Tag == "!!null":
		r.fail(o.name, where, "has no value; accepted: a single value")
	default:
		r.found[o.name] = given{value.Value, where}
	}
}

// unknown says what is wrong with a key that names no setting, and what to do.
func (r *fileReader) unknown(key, value *yaml.Node) string {
	name := strings.TrimLeft(key.Value, "-")
	meant, instead := suggest(r.table, name), ""
	if key.Kind == yaml.ScalarNode && value.Kind == yaml.ScalarNode {
		instead = forFile(advice(name, value.Value))
	}
	switch {
	case key.Kind != yaml.ScalarNode:
	case name == configName:
		return "is not allowed in a file, which cannot name another one; give --config once, on the command line"
	case find(r.table, name) != nil: // with dashes
		return "is unknown; did you mean " + name + "? (keys are flags without their dashes)"
	case instead != "":
		return "is unknown; " + instead
	case meant != "" && meant != configName:
		return "is unknown; did you mean " + meant + "?"
	}
	return "is unknown; accepted: names of flags without their dashes, such as limit (target-server --help lists them)"
}

// forFile spells advice about flags as advice about keys.
func forFile(advice string) string {
	flag, ok := strings.CutPrefix(advice, "use --")
	name, value, hasValue := strings.Cut(flag, " ")
	if !ok || !hasValue || strings.Contains(value, " ") {
		return advice
	}
	return "use " + name + ": " + value
}

// isNotScalar reports whether an entry of a list is anything but one value.
func isNotScalar(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode || n.Tag == "!!null" }

func (r *fileReader) fail(setting, where, reason string) {
	r.errs = append(r.errs, &Error{Setting: setting, Where: where, Reason: reason})
}

// keyName shows a key, which may be of any kind.
func keyName(key *yaml.Node) string {
	if key.Kind != yaml.ScalarNode {
		return "(" + nodeName(key) + ")"
	}
	if len(key.Value) > longestValue {
		return quote(key.Value)
	}
	return plain(key.Value)
}

// plain shows a name, in quotes only if it needs them.
func plain(name string) string {
	quoted := quoteUpTo(longestPath, name)
	if name == "" || quoted != `"`+name+`"` || strings.ContainsRune(name, ' ') {
		return quoted
	}
	return name
}

func nodeName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		return "a single value"
	default:
		return "something else"
	}
}

func oneLine(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	return strings.Join(strings.Fields(text), " ")
}
