package program

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/target-server/target-server/distribution"
)

// LargestFile is the most bytes that a file may have.
const LargestFile = 256 << 10

// mostProblems is how many mistakes are listed: one mistake seldom causes as many.
const mostProblems = 100

// Read returns the program that a YAML file describes. file is its name, for messages; open opens the files that it names
// in file(...), such as [distribution.FilesIn] its own folder; with nil it may name none. The error is a [*Problems] with every mistake found.
func Read(file string, text []byte, open distribution.Open) (*Program, error) {
	r := newReader(file, open)
	if len(text) > LargestFile {
		r.failAt(1, 1, fmt.Sprintf("accepted: at most %d KiB", LargestFile>>10), "the file is too large")
	} else if root := r.parse(text); root != nil {
		r.root(root)
	}
	return r.result()
}

// reader builds a program from the nodes of a file, and collects the mistakes.
type reader struct {
	problems Problems
	open     distribution.Open
	program  *Program
	pools    map[string]*Pool
	poolKeys map[*Pool]*yaml.Node
	depends  map[string]*dependency
	used     map[*Pool]*yaml.Node                 // the first query of each
	laws     map[string]distribution.Distribution // those that were read, by their text
	places   []string                             // of Go values: that of a node is number Line, from 1
	keys     map[*yaml.Node]*yaml.Node            // by their values
	again    map[*yaml.Node]bool                  // keys that have come before
	files    int                                  // that were opened
	bytes    int                                  // of all bodies
	served   int                                  // files of all folders
	fileSum  int64                                // bytes of all files
	folders  map[*Folder]*yaml.Node               // their keys
}

func newReader(file string, open distribution.Open) *reader {
	return &reader{
		problems: Problems{File: file}, open: open, program: &Program{File: file},
		pools: map[string]*Pool{}, poolKeys: map[*Pool]*yaml.Node{}, depends: map[string]*dependency{}, used: map[*Pool]*yaml.Node{},
		laws: map[string]distribution.Distribution{}, folders: map[*Folder]*yaml.Node{}, keys: map[*yaml.Node]*yaml.Node{}, again: map[*yaml.Node]bool{},
	}
}

// result is the program, or every mistake.
func (r *reader) result() (*Program, error) {
	r.settle(r.problems.List)
	if len(r.problems.List) > 0 {
		return nil, &r.problems
	}
	r.settle(r.program.warnings)
	for i := range r.program.features {
		at := []Problem{r.program.features[i].at}
		r.settle(at)
		r.program.features[i].at = at[0]
	}
	return r.program, nil
}

// settle puts problems in order, and names their places if they are in Go values.
func (r *reader) settle(list []Problem) {
	inOrder(list)
	for i, p := range list {
		if r.places != nil {
			list[i].Line, list[i].Column, list[i].Place = 0, 0, r.places[p.Line-1]
		}
	}
}

// fail notes a mistake at a node.
func (r *reader) fail(n *yaml.Node, accepted, what string, args ...any) {
	r.failAt(n.Line, n.Column, accepted, what, args...)
}

func (r *reader) failAt(line, column int, accepted, what string, args ...any) {
	if len(r.problems.List) < mostProblems {
		r.problems.List = append(r.problems.List, problemAt(line, column, accepted, what, args...))
	}
}

func problemAt(line, column int, accepted, what string, args ...any) Problem {
	return Problem{Line: max(line, 1), Column: max(column, 1), What: fmt.Sprintf(what, args...), Accepted: accepted}
}

// uses notes a feature that not every stack has, at the key of a value.
func (r *reader) uses(value *yaml.Node, f Feature) {
	at, name := value, string(f)
	if key := r.keys[value]; key != nil {
		at, name = key, key.Value
	}
	r.program.features = append(r.program.features, use{f, name, Problem{Line: at.Line, Column: at.Column}})
}

// line names a line in a message about another one.
func (r *reader) line(n int) string {
	if r.places != nil {
		return r.places[n-1]
	}
	return "line " + strconv.Itoa(n)
}

const acceptedRoot = "accepted: a mapping with name, pools, dependencies, routes and static"

func (r *reader) root(n *yaml.Node) {
	r.program.Name = "app"
	var dependencies, routes, burn *yaml.Node
	right := r.fields(n, "the file", acceptedRoot, []field{
		{"name", func(v *yaml.Node) { r.program.Name = r.name(v) }},
		{"pools", func(v *yaml.Node) { r.uses(v, Pools); r.readPools(v) }},
		{"dependencies", func(v *yaml.Node) { dependencies = v }},
		{"routes", func(v *yaml.Node) { routes = v }},
		{"static", r.static},
		{"burn", func(v *yaml.Node) { r.program.Burn, burn = r.flag(v), v }},
	})
	if dependencies != nil { // after the pools, wherever they stand in the file
		r.uses(dependencies, Dependencies)
		r.readDependencies(dependencies)
	}
	switch {
	case routes != nil:
		r.readRoutes(routes)
	case right && n.Kind == yaml.MappingNode:
		r.fail(n, "accepted: for example routes: {GET /: {def: []}}", "the file has no routes")
	}
	if len(r.problems.List) == 0 {
		r.warnOfUnused()
		r.warnOfShadows()
		r.warnOfFolders()
		r.warnOfBurn(burn)
	}
}

// nameRule is what the names of a program, its pools and its dependencies look like. They become names in Python.
var nameRule = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,49}$`)

// parameterRule is what the names of parameters look like.
var parameterRule = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,49}$`)

const acceptedName = "up to 50 letters, digits and underscores, a letter first"

// name reads a name.
func (r *reader) name(n *yaml.Node) string { return r.nameBy(nameRule, n, acceptedName) }

func (r *reader) nameBy(rule *regexp.Regexp, n *yaml.Node, accepted string) string {
	text, ok := r.text(n, "a name")
	if ok && !rule.MatchString(text) {
		similar, advice := strings.Trim(betweenWords.ReplaceAllString(text, "_"), "_"), ""
		if nameRule.MatchString(similar) {
			advice = "did you mean " + similar + "? "
		}
		r.fail(n, advice+"accepted: "+accepted, "%s is not a name", show(text))
	}
	return text
}
