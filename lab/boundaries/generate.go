package boundaries

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"github.com/target-server/target-server/lab/sequences"
)

// Seed is the seed of the sequences that are recorded and played in CI.
const Seed = 20230318

// Recorded is how many sequences are recorded: twelve of each family.
const Recorded = 372

// Family generates sequences about one matter. Each call of Make returns the pieces of one sequence.
type Family struct {
	Name string
	Make func(dice) []string
}

// Families lists them all.
func Families() []Family {
	var all []Family
	for _, some := range [][]Family{
		chunkFamilies(), bodyFamilies(), lineFamilies(), fieldFamilies(), connectionFamilies(), sizeFamilies(),
		cutFamilies(),
	} {
		all = append(all, some...)
	}
	return all
}

// Generate returns n sequences, the same number of each family as far as possible.
func Generate(seed uint64, n int) []sequences.Sequence {
	families := Families()
	all := make([]sequences.Sequence, 0, n)
	for i := range n {
		all = append(all, families[i%len(families)].sequence(seed, i/len(families)))
	}
	return all
}

// sequence is the i-th of a family.
func (f Family) sequence(seed uint64, i int) sequences.Sequence {
	name := fmt.Sprintf("%s/%d", f.Name, i)
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // never fails
	return sequences.Sequence{Name: name, Pieces: f.Make(dice{rand.New(rand.NewPCG(seed, hash.Sum64()))})}
}

// dice is a random source with the few distributions that are needed here.
type dice struct{ *rand.Rand }

// chance is true with a probability in percent.
func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

// between is a random number from a to b, inclusive.
func (d dice) between(a, b int) int { return a + d.IntN(b-a+1) }

// one is a random element.
func one[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

// some is a few random elements, joined.
func some(d dice, most int, of ...string) string {
	var b strings.Builder
	for range d.between(0, most) {
		b.WriteString(one(d, of...))
	}
	return b.String()
}

// character is a byte that is likely to be treated differently from others.
func character(d dice) string {
	if d.chance(30) {
		return string([]byte{byte(d.IntN(256))})
	}
	return one(d, "\x00", "\x01", "\t", "\n", "\v", "\f", "\r", "\x1f", " ", "\"", "#", "%", "(", ",", "/", ":", ";", "=", "@", "[", "\\", "^", "_",
		"`", "{", "|", "~", "\x7f", "\x80", "\x85", "\xa0", "\xc3\xa4", "\xff")
}

// request is a request that is well-formed unless a family changes that. Its zero value is one that the handler answers.
type request struct {
	method, target, protocol string
	host                     string // the whole line; empty means an ordinary one
	fields                   []string
	body                     string
}

// String is the request's bytes.
func (r request) String() string {
	line := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\r\n%s\r\n", line(r.method, "GET"), line(r.target, "/?id=1"), line(r.protocol, "HTTP/1.1"), line(r.host, "Host: lab"))
	for _, field := range r.fields {
		b.WriteString(field + "\r\n")
	}
	return b.String() + "\r\n" + r.body
}

// pieces is the request as one piece, and sometimes with another request after it.
func (r request) pieces(d dice) []string {
	if d.chance(30) {
		return []string{r.String() + request{target: "/?id=2"}.String()}
	}
	return []string{r.String()}
}

// one of several ordinary requests: most are for the handler.
func ordinary(d dice) request {
	r := request{method: one(d, "GET", "GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "PUT"), target: one(d, "/?id=1", "/?id=1", "/?id=1", "/",
		"/nowhere", "/docs/")}
	if d.chance(20) {
		r.protocol = "HTTP/1.0"
	}
	return r
}
