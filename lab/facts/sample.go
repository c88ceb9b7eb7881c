package facts

// Sample is what several runs of one server found on one scenario.
type Sample struct {
	Runs [][]Fact
}

// Names lists every fact that any run found, in the order of the first run.
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

// Findings gives the named fact of each run; a run that did not find it gives one of kind "".
func (s Sample) Findings(name string) []Fact {
	found := make([]Fact, len(s.Runs))
	for i, run := range s.Runs {
		found[i] = Find(run, name)
	}
	return found
}

// Find gives the named fact, or the zero Fact.
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

// Stable gives the finding that the runs agree on. All of them must, or else the last three of at least four: the
// machine that measures has its moods, and repeats are played when it is quiet.
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

// leastDelayed gives, of times that agree, those of the run that was disturbed least: what disturbs only delays.
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
