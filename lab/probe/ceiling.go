package probe

import "fmt"

// sized is what a burst of some size showed.
type sized struct {
	n, taken int // how many were sent, and how many of them were not refused
	waves
}

// ceiling judges the bursts so far: the newest that met a ceiling counts, and
// the more of them agree, with each other and with the end of their last wave,
// the surer it is. Several processes share a burst unevenly, so that some of
// their slots stay idle while requests are queued at others: then the most that
// was seen counts.
func ceiling(found []sized, processes int) *Ceiling {
	last := found[len(found)-1]
	var met []sized
	for _, s := range found {
		if s.Reached {
			met = append(met, s)
		}
	}
	if len(met) == 0 {
		return noneWaited(found)
	}
	c := &Ceiling{Requests: last.Ceiling, Reached: true, Sure: Likely}
	least, most, consistent := met[0].Ceiling, met[0].Ceiling, true
	for _, s := range met {
		least, most = min(least, s.Ceiling), max(most, s.Ceiling)
		consistent = consistent && s.Consistent
	}
	c.Why = fmt.Sprintf("%d of %d took the time of one", last.Ceiling, last.n)
	switch {
	case processes > 1:
		c.Requests = most
		c.Why = fmt.Sprintf("%d bursts showed %d to %d, shared by %d processes", len(met), least, most, processes)
	case least != most:
		c.Sure, c.Requests = Unsure, most
		c.Why = fmt.Sprintf("%d bursts showed %d to %d", len(met), least, most)
	case !consistent:
		c.Sure = Unsure
		c.Why += ", but the last answer came at another time than waves of that size would end"
	case len(met) > 1:
		c.Sure = Sure
		c.Why += fmt.Sprintf(", and %d bursts agree", len(met))
	}
	return c
}

// noneWaited is the ceiling of bursts whose requests all took the time of one,
// except those that were refused.
func noneWaited(found []sized) *Ceiling {
	most := found[len(found)-1]
	if most.taken == most.n {
		return &Ceiling{Requests: most.n, Sure: Sure, Why: fmt.Sprintf("all of %d took the time of one", most.n)}
	}
	for _, s := range found { // a connection that is just closing may have had a place
		if s.taken < s.n && s.taken > most.taken {
			most = s
		}
	}
	return &Ceiling{
		Requests: most.taken, Reached: true, Sure: Likely,
		Why: fmt.Sprintf("%d of %d took the time of one, the others were refused", most.taken, most.n),
	}
}
