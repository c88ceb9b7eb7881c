package eventloop

// queue holds the steps that are runnable, in order, in a ring.
type queue struct {
	ring  []Runner
	head  int
	count int
}

func (q *queue) push(r Runner) {
	if q.count == len(q.ring) {
		ring := make([]Runner, max(64, 2*q.count))
		for i := range q.count {
			ring[i] = q.ring[(q.head+i)&(len(q.ring)-1)]
		}
		q.ring, q.head = ring, 0
	}
	q.ring[(q.head+q.count)&(len(q.ring)-1)] = r
	q.count++
}

func (q *queue) pop() Runner {
	r := q.ring[q.head]
	q.ring[q.head] = nil
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.count--
	return r
}
