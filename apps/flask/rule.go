package flask

import (
	"regexp"
	"slices"
	"strings"

	"github.com/target-server/target-server/program"
)

// rule is a URL rule of an application: werkzeug.routing.Rule.
type rule struct {
	methods    []string // in the alphabet's order
	answers    bool     // OPTIONS, without the view function (provide_automatic_options)
	converters []program.Type
	view       int // which of the program's routes, or static
}

// static is the view of the files in the folder static, which every application has.
const static = -1

// methodsOf are the methods of a rule that is declared for one (Flask.add_url_rule, Rule.__init__).
func methodsOf(method string) (methods []string, answers bool) {
	answers = method != "OPTIONS"
	methods = append(methods, method)
	if method == "GET" {
		methods = append(methods, "HEAD")
	}
	if answers {
		methods = append(methods, "OPTIONS")
	}
	slices.Sort(methods)
	return methods, answers
}

// part is what a rule has between two slashes, or all that is left of it: RulePart.
type part struct {
	text       string // of one without variables
	expression string // of one with variables
	pattern    *regexp.Regexp
	weight     weight
	final      bool // it takes the rest of the path
}

// weight orders the parts that may follow another: those with the least weight are tried first (Weighting).
type weight struct {
	texts     []int // lengths of the texts between the variables
	variables []int // weights of the variables
}

func (w weight) compare(v weight) int {
	switch {
	case len(w.texts) != len(v.texts):
		return len(v.texts) - len(w.texts)
	case !slices.Equal(w.texts, v.texts):
		return slices.Compare(v.texts, w.texts)
	case len(w.variables) != len(v.variables):
		return len(v.variables) - len(w.variables)
	}
	return slices.Compare(w.variables, v.variables)
}

// converter is how a variable of a type is matched, with its weight (werkzeug.routing.converters). Booleans have none of
// their own.
func converter(kind program.Type) (expression string, weighs int) {
	switch kind {
	case program.Int:
		return `\p{Nd}+`, 50
	case program.Float:
		return `\p{Nd}+\.\p{Nd}+`, 50
	}
	return `[^/]+`, 100
}

// pathPart is what the rule for static files ends in: <path:filename>.
func pathPart() part {
	const expression = `([^/].*?)`
	return part{
		expression: expression, pattern: regexp.MustCompile(`^` + expression + `\z`),
		weight: weight{variables: []int{200}}, final: true,
	}
}

// inBraces is a variable, as a program's file writes it.
var inBraces = regexp.MustCompile(`\{([^}]*)\}`)

// parts divides a path of a program into the parts of its rule (Rule._parse_rule), the empty one before its first slash
// included.
func parts(path string, parameters []program.Parameter) []part {
	var all []part
	for text := range strings.SplitSeq(path, "/") {
		all = append(all, parsePart(text, parameters))
	}
	return all
}

func parsePart(text string, parameters []program.Parameter) part {
	variables := inBraces.FindAllStringSubmatchIndex(text, -1)
	if variables == nil {
		return part{text: text}
	}
	p, begin := part{}, 0
	add := func(literal string) {
		if literal != "" {
			p.weight.texts = append(p.weight.texts, len(literal))
			p.expression += regexp.QuoteMeta(literal)
		}
	}
	for _, v := range variables {
		add(text[begin:v[0]])
		expression, weighs := converter(typeOf(text[v[2]:v[3]], parameters))
		p.expression += "(" + expression + ")"
		p.weight.variables = append(p.weight.variables, weighs)
		begin = v[1]
	}
	add(text[begin:])
	p.pattern = regexp.MustCompile(`^` + p.expression + `\z`)
	return p
}

// typeOf is the type of a variable.
func typeOf(name string, parameters []program.Parameter) program.Type {
	i := slices.IndexFunc(parameters, func(p program.Parameter) bool { return p.InPath && p.Name == name })
	if i < 0 {
		return program.Str
	}
	return parameters[i].Type
}
