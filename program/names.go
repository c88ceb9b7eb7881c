package program

import (
	"regexp"
	"strconv"
	"strings"
)

// betweenWords is what separates the words of a path.
var betweenWords = regexp.MustCompile(`[^A-Za-z0-9]+`)

// FunctionNames are the names of the handlers in Python, in the order of the routes. FastAPI derives the operationId,
// the summary and the titles of /openapi.json from them.
//
// A name is the method in lower case and the words of the path, joined by underscores: GET /items/{id} is get_items_id.
// The path / has the word index, and GET / is index alone, as the article calls it. Where a name is taken by an earlier
// route, the first free number from 2 follows: GET /a-b and GET /a_b are get_a_b and get_a_b_2.
func (p *Program) FunctionNames() []string {
	names := make([]string, len(p.Routes))
	taken := map[string]bool{}
	for i, r := range p.Routes {
		name := r.functionName()
		for n := 2; taken[name]; n++ {
			name = r.functionName() + "_" + strconv.Itoa(n)
		}
		taken[name] = true
		names[i] = name
	}
	return names
}

// functionName is the name without a number.
func (r *Route) functionName() string {
	words := strings.Trim(betweenWords.ReplaceAllString(r.Path, "_"), "_")
	switch {
	case words == "" && r.Method == "GET":
		return "index"
	case words == "":
		words = "index"
	}
	return strings.ToLower(r.Method) + "_" + words
}
