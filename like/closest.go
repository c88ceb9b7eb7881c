package like

import (
	"slices"
	"strings"
)

// closest is Python's difflib.get_close_matches with its defaults: up to three words that are at least 0.6 alike, the
// most similar first.
func closest(word string, among []string) []string {
	const most, enough = 3, 0.6
	type match struct {
		word  string
		ratio float64
	}
	var found []match
	for _, candidate := range among {
		if r := ratio(candidate, word); r >= enough {
			found = append(found, match{candidate, r})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int {
		switch { // heapq.nlargest: the greater ratio, then the greater word
		case a.ratio > b.ratio:
			return -1
		case a.ratio < b.ratio:
			return 1
		}
		return strings.Compare(b.word, a.word)
	})
	var words []string
	for _, m := range found[:min(most, len(found))] {
		words = append(words, m.word)
	}
	return words
}

// ratio is SequenceMatcher.ratio of two short texts.
func ratio(a, b string) float64 {
	if len(a)+len(b) == 0 {
		return 1
	}
	return 2 * float64(alike(a, b)) / float64(len(a)+len(b))
}

// alike is how many letters the matching blocks of two texts have: the longest common one, the first if there are several,
// and then those before it and after it.
func alike(a, b string) int {
	from, at, size := 0, 0, 0
	for i := range len(a) {
		for j := range len(b) {
			k := 0
			for i+k < len(a) && j+k < len(b) && a[i+k] == b[j+k] {
				k++
			}
			if k > size {
				from, at, size = i, j, k
			}
		}
	}
	if size == 0 {
		return 0
	}
	return size + alike(a[:from], b[:at]) + alike(a[from+size:], b[at+size:])
}
