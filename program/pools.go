package program

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/target-server/target-server/distribution"
)

// The defaults of sqlalchemy.pool.QueuePool.
const (
	defaultSize     = 5
	defaultOverflow = 10
	defaultTimeout  = 30 * time.Second
)

const (
	mostConnections = 100_000 // of a pool, in its size and again beyond it
	mostPools       = 100
)

const acceptedPool = "accepted: a pool such as db: {size: 5, overflow: 10, timeout: 30s}"

func (r *reader) readPools(n *yaml.Node) {
	for _, p := range r.pairs(n, "pools", acceptedPool) {
		if len(r.program.Pools) == mostPools {
			r.fail(p.key, "accepted: at most "+strconv.Itoa(mostPools), "the file has too many pools")
			return
		}
		pool := &Pool{Name: r.name(p.key), Size: defaultSize, Overflow: defaultOverflow, Timeout: defaultTimeout}
		r.pools[pool.Name], r.poolKeys[pool] = pool, p.key
		r.program.Pools = append(r.program.Pools, pool)
		r.fields(p.value, "a pool", acceptedPool, []field{
			{"size", func(v *yaml.Node) { pool.Size = r.whole(v, 1, mostConnections) }},
			{"overflow", func(v *yaml.Node) { pool.Overflow = r.whole(v, 0, mostConnections) }},
			{"timeout", func(v *yaml.Node) { pool.Timeout = r.constant(v) }},
		})
	}
}

// constant reads a duration that is the same each time.
func (r *reader) constant(n *yaml.Node) time.Duration {
	const accepted = "accepted: a duration such as 30s, not a distribution"
	text, ok := r.text(n, "a duration such as 30s")
	if !ok {
		return 0
	}
	parsed, err := distribution.Parse(text)
	d, constant := parsed.Constant()
	switch {
	case err != nil:
		r.notDuration(n, text, err)
	case !constant:
		r.fail(n, accepted, "%s varies", show(text))
	}
	return d
}

// poolOf returns the pool that a step names, or the only one there is.
func (r *reader) poolOf(step, name *yaml.Node) *Pool {
	switch {
	case name != nil:
		return r.poolNamed(name)
	case len(r.program.Pools) == 1:
		return r.program.Pools[0]
	case len(r.program.Pools) == 0:
		r.fail(step, "accepted: for example pools: {db: {}} at the top of the file",
			"a query needs a pool, and the file has none")
	default:
		names := slices.Sorted(maps.Keys(r.pools))
		r.fail(step, "accepted: for example {query: 5ms, pool: "+names[0]+"}",
			"the file has several pools, and the query names none")
	}
	return nil
}

// poolNamed returns the pool of a name.
func (r *reader) poolNamed(n *yaml.Node) *Pool {
	text, ok := r.text(n, "a pool's name")
	if ok && r.pools[text] == nil {
		known := slices.Sorted(maps.Keys(r.pools))
		r.fail(n, meant(text, known)+"accepted: "+oneOf("pools", known), "there is no pool %s", show(text))
	}
	return r.pools[text]
}

// usePool notes which kind of function uses a pool. SQLAlchemy has one class of pool for each.
func (r *reader) usePool(n *yaml.Node, p *Pool, async bool) {
	if p == nil {
		return
	}
	first := r.used[p]
	if first == nil {
		r.used[p], p.Async = n, async
		if async {
			r.uses(n, AsyncPool)
		}
		return
	}
	if p.Async != async {
		r.fail(n, "accepted: a pool for def functions and another for async functions",
			"pool %s is used by an async function and by a def one (%s too), and no pool of SQLAlchemy serves both", p.Name, r.line(first.Line))
	}
}
