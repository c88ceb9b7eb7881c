package python

import (
	"math"
	"strconv"
	"time"

	"github.com/target-server/target-server/distribution"
)

// duration is an expression for how long a step takes, in seconds.
func (f *function) duration(d distribution.Distribution) node {
	if constant, ok := d.Constant(); ok {
		return atom(seconds(constant))
	}
	switch law := d.Law().(type) {
	case distribution.Uniform:
		return f.draw("uniform", seconds(law.Min), seconds(law.Max))
	case distribution.Exponential:
		return f.draw("expovariate", "1 / "+seconds(law.Mean))
	case distribution.Normal:
		return call(f.use("max"), atom("0"), f.draw("gauss", seconds(law.Mean), seconds(law.SD)))
	case distribution.Lognormal:
		mu := math.Log(float64(law.Low.Duration)/float64(time.Second)) - law.Sigma()*standard(law.Low.Percent/100)
		return f.draw("lognormvariate", number(mu), number(law.Sigma()))
	case *distribution.Quantiles:
		return call(f.use("quantiles"), points(law))
	case *distribution.Weighted:
		return f.weighted(law)
	case *distribution.File:
		return call(f.use("random")+".choice", atom(f.use(f.m.names.table(law))))
	}
	return atom(seconds(d.Mean())) // impossible: these are all laws
}

// comment is the law in the file's words, where the printed numbers do not tell it.
func comment(d distribution.Distribution) string {
	if law, ok := d.Law().(distribution.Lognormal); ok {
		return "  # " + law.String()
	}
	return ""
}

// draw calls a function of the module random.
func (f *function) draw(name string, arguments ...string) node {
	nodes := make([]node, len(arguments))
	for i, a := range arguments {
		nodes[i] = atom(a)
	}
	return call(f.use("random")+"."+name, nodes...)
}

// standard is the quantile function of the standard normal law.
func standard(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// points are the quantiles as pairs of a probability and a duration.
func points(law *distribution.Quantiles) node {
	n := node{open: "[", close: "]", always: true}
	for _, p := range law.Points {
		n.items = append(n.items, atom("("+probability(p.Percent/100)+", "+seconds(p.Duration)+")"))
	}
	return n
}

func (f *function) weighted(law *distribution.Weighted) node {
	var durations, weights []node
	for _, w := range law.Weights {
		durations = append(durations, atom(seconds(w.Duration)))
		weights = append(weights, atom(strconv.FormatFloat(w.Weight, 'f', -1, 64)))
	}
	n := call(f.use("random")+".choices", list(durations), list(weights))
	n.close = ")[0]"
	return n
}

func list(items []node) node { return node{open: "[", close: "]", items: items, always: true} }
