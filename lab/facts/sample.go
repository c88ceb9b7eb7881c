package facts

// Sample is the findings of several runs of one server on one scenario.
type Sample struct {
	Runs [][]Fact
}

// Names lists the facts that were found in any run, in the order of the first run.
func (s Sample) Names() []string {
	var names []string
	seen := map[string]bool{}
	for _, run := range s.Runs {
		for _, f := range run {
			if !seen[f.Name] {
				seen[f.Name] = true
				names = append(names, f.Name)
			}
		}
	}
	return names
}

// Findings returns the named fact of each run; for a run that did not find it, a fact of kind "".
func (s Sample) Findings(name string) []Fact {
	found := make([]Fact, len(s.Runs))
	for i, run := range s.Runs {
		found[i] = Find(run, name)
	}
	return found
}

// Find returns the named fact, or the zero Fact.
func Find(run []Fact, name string) Fact {
	for _, f := range run {
		if f.Name == name {
			return f
		}
	}
	return Fact{}
}

// believed is how many runs in a row must agree when an earlier one did not.
const believed = 3

// Stable returns the finding on which the runs agree. All runs must agree, or the last three of at
// least four: the machine's load varies, and repeats are played when it is quiet.
func (s Sample) Stable(name string) (Fact, bool) {
	found := s.Findings(name)
	if len(found) > believed && !allAgree(found) {
		found = found[len(found)-believed:]
	}
	if len(found) == 0 || !allAgree(found) {
		return Fact{}, false
	}
	return leastDelayed(found), true
}

// leastDelayed returns, among times that agree, those of the least disturbed run: a disturbance can
// only delay.
func leastDelayed(found []Fact) Fact {
	best := found[0]
	for _, f := range found[1:] {
		if f.Kind == Near && f.total() < best.total() {
			best = f
		}
	}
	return best
}

func allAgree(found []Fact) bool {
	for i, f := range found {
		for _, other := range found[i:] {
			if f.Kind == "" || !f.Agree(other) {
				return false
			}
		}
	}
	return true
}
