package http2

import "slices"

// tree is the PriorityTree of Python's priority library: it says which stream's answer is sent next.
type tree struct{ streams map[uint32]*node }

// node is a stream in the tree. Its children take turns: the lowest level is next, and each turn raises a child's level
// by what its weight leaves of 256.
type node struct {
	id       uint32
	weight   int
	active   bool // it has something to send
	level    int  // in its parent's queue
	deficit  int
	parent   *node
	children []*node
	last     int // the level of the child that has had its turn last
}

// defaultWeight is that of a stream for which the client has named none.
const defaultWeight = 16

// mostNodes is how many streams a tree accepts, the root included.
const mostNodes = 1000

func newTree() tree { return tree{map[uint32]*node{0: {weight: 1}}} }

// insert adds a stream that depends on the root. It reports whether there is room for it.
func (t *tree) insert(id uint32) bool {
	if t.streams[id] != nil {
		return true
	}
	if len(t.streams) >= mostNodes {
		return false
	}
	n := &node{id: id, weight: defaultWeight}
	t.streams[id] = n
	t.streams[0].add(n)
	return true
}

// remove removes a stream. Its children become its parent's.
func (t *tree) remove(id uint32) {
	if n := t.streams[id]; n != nil {
		delete(t.streams, id)
		parent := n.parent
		parent.cut(n)
		for _, child := range n.children {
			parent.add(child)
		}
	}
}

// set sets whether a stream has something to send, if it is in the tree.
func (t *tree) set(id uint32, active bool) {
	if n := t.streams[id]; n != nil {
		n.active = active
	}
}

// next is the stream whose turn it is, if one has something to send.
func (t *tree) next() (id uint32, found bool) { return t.streams[0].schedule() }

// depend changes what a stream depends on (reprioritize). A stream that the tree does not have waits in it for its
// request. It reports whether there is room for what it adds.
func (t *tree) depend(id, on uint32, weight int, exclusive bool) bool {
	if !t.insert(id) || !t.insert(on) {
		return false
	}
	n, parent := t.streams[id], t.streams[on]
	n.weight = weight
	for up := parent.parent; up != nil; up = up.parent {
		if up == n { // the new parent depends on the stream
			parent.parent.cut(parent)
			n.parent.add(parent)
			break
		}
	}
	n.parent.cut(n)
	if exclusive {
		others := parent.children
		parent.children, parent.last = nil, 0
		parent.add(n)
		for _, other := range others {
			n.add(other)
		}
		return true
	}
	parent.add(n)
	return true
}

// add adds a child, which is next after those that have had their turn.
func (n *node) add(child *node) {
	child.parent, child.level = n, n.last
	n.children = append(n.children, child)
}

// cut removes a child.
func (n *node) cut(child *node) {
	n.children = slices.DeleteFunc(n.children, func(other *node) bool { return other == child })
}

// schedule gives the child a turn that is next, or one of its own children. Children without anything to send are passed
// over, which is a turn for them too.
func (n *node) schedule() (id uint32, found bool) {
	slices.SortFunc(n.children, func(a, b *node) int {
		if a.level != b.level {
			return a.level - b.level
		}
		return int(a.id) - int(b.id)
	})
	for _, child := range n.children {
		if child.active {
			id, found = child.id, true
		} else {
			id, found = child.schedule()
		}
		n.last = child.level
		child.level += (256 + child.deficit) / child.weight
		child.deficit = (256 + child.deficit) % child.weight
		if found {
			return id, true
		}
	}
	return 0, false
}
