// Package spelling finds the word that a misspelt one was probably meant to be.
package spelling

import "strings"

// Nearest returns the known word that is most similar to a given one, or "" if none is similar: at most two letters
// differ, fewer in a short word.
func Nearest(given string, known []string) string {
	best, distance := "", min(3, 1+len(given)/3)
	for _, word := range known {
		if d := editDistance(given, word); d < distance {
			best, distance = word, d
		}
	}
	return best
}

// editDistance counts the letters to insert, delete, change or swap with the next to turn one short word into another
// (optimal string alignment). Underscores count as dashes.
func editDistance(a, b string) int {
	const longEnough = 40
	if len(a) > longEnough || len(b) > longEnough {
		return max(len(a), len(b))
	}
	a, b = strings.ReplaceAll(a, "_", "-"), strings.ReplaceAll(b, "_", "-")
	var rows [3][longEnough + 1]int
	before, last, row := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
