package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/target-server/target-server/lab/boundaries"
	"github.com/target-server/target-server/lab/sequences"
)

// sequenceOptions says which byte sequences are played, and how.
type sequenceOptions struct {
	first, ways, part, prefix, report, keep, recorded string
	files                                             []string
	generated, atOnce                                 int
	seed                                              uint64
}

func (s *sequenceOptions) flags(set *flag.FlagSet) {
	set.StringVar(&s.first, "bytes", "",
		"play the byte sequences of a `file`, and of those named after it, on the real servers and target-server side by side")
	set.IntVar(&s.generated, "boundaries", 0,
		"the same with a `number` of generated sequences, at the boundaries of HTTP/1.1; with --record, record them")
	set.Uint64Var(&s.seed, "seed", boundaries.Seed, "with --boundaries, the `seed` from which they are generated")
	set.StringVar(&s.ways, "ways", "",
		"with --bytes, the `ways` in which each sequence is played; without it as-is,aimed,followed,cut, and as-is for generated ones")
	set.StringVar(&s.part, "part", "1/1", "with --bytes, only a `part` of them: 2/8 is the second of eight")
	set.StringVar(&s.prefix, "sequences", "", "with --bytes, only sequences whose names start with `prefix`; several prefixes with commas")
	set.IntVar(&s.atOnce, "connections", 64,
		"with --bytes, how many connections each server has at a time; one that serves one at a time is started a third as often")
	set.StringVar(&s.report, "differs", "", "with --bytes, append the report of what differs to a `file`")
	set.StringVar(&s.keep, "keep", "", "with --bytes, write the sequences that differ to a `file`, to be played again (with --ways as-is)")
	set.StringVar(&s.recorded, "recorded", "lab/boundaries/recorded",
		"`folder` of the recordings of generated sequences, and of what is known to differ")
}

// more takes the arguments after the flags as more files; there may be flags between them.
func (s *sequenceOptions) more(set *flag.FlagSet) (rest []string, err error) {
	if s.first == "" {
		return set.Args(), nil
	}
	s.files = []string{s.first}
	for set.NArg() > 0 {
		s.files = append(s.files, set.Arg(0))
		if err := set.Parse(set.Args()[1:]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (s *sequenceOptions) chosen() bool { return s.first != "" || s.generated > 0 }

func (s *sequenceOptions) validate() error {
	_, failed := s.chosenWays()
	if _, _, err := s.slice(); err != nil {
		failed = errors.Join(failed, err)
	}
	if s.atOnce < 1 {
		failed = errors.Join(failed, errors.New("--connections must be at least 1"))
	}
	return failed
}

// slice is which part of how many is played.
func (s *sequenceOptions) slice() (part, parts int, err error) {
	if n, err := fmt.Sscanf(s.part, "%d/%d", &part, &parts); n != 2 || err != nil || part < 1 || part > parts {
		return 0, 0, fmt.Errorf("--part is %q; it may be 1/8 to 8/8, for example", s.part)
	}
	return part, parts, nil
}

func (s *sequenceOptions) chosenWays() ([]sequences.Way, error) {
	all := sequences.Ways()
	switch {
	case s.ways != "":
	case s.first == "":
		return all[:1], nil // what is generated is cut and followed already
	default:
		return all, nil
	}
	var chosen []sequences.Way
	for name := range strings.SplitSeq(s.ways, ",") {
		i := slices.IndexFunc(all, func(w sequences.Way) bool { return w.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("--ways has %q; there are as-is, aimed, followed and cut", name)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// load reads and generates sequences, and returns the chosen part of what is to be played.
func (s *sequenceOptions) load() ([]sequences.Sequence, error) {
	all := boundaries.Generate(s.seed, s.generated)
	for _, file := range s.files {
		some, err := sequences.Load(file)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	ways, err := s.chosenWays()
	if err != nil {
		return nil, err
	}
	part, parts, err := s.slice()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(one sequences.Sequence) bool { return !options{only: s.prefix}.chosen(one.Name) })
	all = sequences.Apply(all, ways)
	all = all[len(all)*(part-1)/parts : len(all)*part/parts]
	if len(all) == 0 {
		return nil, errors.New("no sequence is left to be played")
	}
	return all, nil
}
