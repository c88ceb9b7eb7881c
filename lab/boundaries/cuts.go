package boundaries

import (
	"slices"
)

func cutFamilies() []Family {
	return []Family{
		{"cut", cuts},
		{"end", ends},
		{"changed", changed},
	}
}

// well is a well-formed request, or two, with a body in some form.
func well(d dice) string {
	r := ordinary(d)
	switch d.IntN(5) {
	case 0:
		r.fields, r.body = []string{"Content-Length: 5", "X: y"}, "hello"
	case 1:
		r.fields, r.body = []string{chunked}, "5;a=b\r\nhello\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n"
	case 2:
		r.fields = []string{"X: y", "Connection: keep-alive", "Accept: */*"}
	}
	return r.String() + one(d, "", request{target: "/?id=2"}.String())
}

// cuts sends a well-formed request in several pieces.
func cuts(d dice) []string {
	all := well(d)
	at := []int{0, len(all)}
	for range d.between(1, 3) {
		at = append(at, d.between(1, len(all)-1))
	}
	slices.Sort(at)
	at = slices.Compact(at)
	var pieces []string
	for i := range len(at) - 1 {
		pieces = append(pieces, all[at[i]:at[i+1]])
	}
	return pieces
}

// ends sends only the beginning of a well-formed request.
func ends(d dice) []string {
	all := well(d)
	return []string{all[:d.between(1, len(all))]}
}

// changed replaces, removes or inserts a few bytes.
func changed(d dice) []string {
	b := []byte(well(d))
	for range d.between(1, 3) {
		at := d.IntN(len(b) - 1)
		switch d.IntN(4) {
		case 0:
			b[at] ^= 1 << d.IntN(8)
		case 1:
			b = slices.Delete(b, at, min(len(b)-1, at+d.between(1, 4)))
		case 2:
			b = slices.Insert(b, at, b[at:min(len(b), at+d.between(1, 8))]...)
		default:
			b = slices.Insert(b, at, []byte(character(d))...)
		}
	}
	return []string{string(b)}
}
