package sequences

import (
	"hash/fnv"
	"regexp"
	"strings"
)

// Way is a way to play a sequence. It returns the pieces to send, and false if it changes nothing or cannot be applied.
type Way struct {
	Name  string
	About string
	Apply func(Sequence) ([]string, bool)
}

// The request of the lab's handler, and one that follows a sequence.
const (
	aim    = "GET /?id=1"
	second = "GET /?id=2 HTTP/1.1\r\nHost: lab\r\n\r\n"
)

// Ways lists them all.
func Ways() []Way {
	return []Way{
		{"as-is", "the bytes as they are", func(s Sequence) ([]string, bool) { return s.Pieces, true }},
		{"aimed", "with the method and target of the handler", aimed},
		{"followed", "with a second request after them, in the same piece", followed},
		{"cut", "cut in two, at a place that the name decides", cut},
	}
}

// requestLine is a method and a target before a protocol.
var requestLine = regexp.MustCompile(`^[^ \r\n]+ [^ \r\n]+( HTTP/)`)

func aimed(s Sequence) ([]string, bool) {
	first := s.Pieces[0]
	changed := requestLine.ReplaceAllString(first, aim+"$1")
	return append([]string{changed}, s.Pieces[1:]...), changed != first
}

func followed(s Sequence) ([]string, bool) {
	pieces := append([]string(nil), s.Pieces...)
	pieces[len(pieces)-1] += second
	return pieces, true
}

// cut joins the pieces and cuts them in another place.
func cut(s Sequence) ([]string, bool) {
	all := strings.Join(s.Pieces, "")
	if len(all) < 2 {
		return nil, false
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.Name)) // never fails
	at := 1 + int(h.Sum32())%(len(all)-1)
	return []string{all[:at], all[at:]}, true
}

// Apply plays each sequence in each way. The name of a way other than as-is is appended to the sequence's.
func Apply(all []Sequence, ways []Way) []Sequence {
	var played []Sequence
	for _, s := range all {
		for _, way := range ways {
			pieces, ok := way.Apply(s)
			if !ok {
				continue
			}
			name := s.Name
			if way.Name != "as-is" {
				name += " " + way.Name
			}
			played = append(played, Sequence{Name: name, Pieces: pieces})
		}
	}
	return played
}
