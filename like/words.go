package like

import (
	"errors"
	"fmt"
	"strings"
)

// words splits a command as a shell does: quotes and backslashes count, and nothing is expanded.
func words(command string) ([]string, error) {
	s := splitter{}
	for _, r := range command {
		if err := s.take(r); err != nil {
			return nil, err
		}
	}
	switch {
	case s.quote != 0:
		return nil, fmt.Errorf("has a quote %c that is not closed", s.quote)
	case s.escaped:
		return nil, errors.New("ends with a backslash")
	}
	s.end()
	return s.found, nil
}

// splitter collects words.
type splitter struct {
	found   []string
	word    strings.Builder
	started bool
	escaped bool
	quote   rune
}

func (s *splitter) end() {
	if s.started {
		s.found = append(s.found, s.word.String())
	}
	s.word.Reset()
	s.started = false
}

func (s *splitter) add(r rune) {
	s.word.WriteRune(r)
	s.started = true
}

func (s *splitter) take(r rune) error {
	switch {
	case s.escaped:
		if s.quote == '"' && !strings.ContainsRune("\"\\$`", r) {
			s.add('\\')
		}
		s.add(r)
		s.escaped = false
	case s.quote == '\'' && r != '\'':
		s.add(r)
	case r == '\\':
		s.escaped = true
	case s.quote == r && r != 0:
		s.quote = 0
	case r == '$' || r == '`':
		return fmt.Errorf("contains %c, and nothing is expanded; write the value itself", r)
	case s.quote != 0:
		s.add(r)
	case r == '"' || r == '\'':
		s.quote, s.started = r, true
	case strings.ContainsRune("|&;<>()", r):
		return fmt.Errorf("contains %c, and is more than one command; give one alone", r)
	case strings.ContainsRune(" \t\n\r", r):
		s.end()
	default:
		s.add(r)
	}
	return nil
}

// shlex splits GUNICORN_CMD_ARGS as Python's shlex.split does. ok is false if there is no closing quotation.
func shlex(text string) (found []string, wrong string) {
	s := splitter{}
	for _, r := range text {
		switch {
		case s.escaped:
			if s.quote == '"' && r != '"' && r != '\\' {
				s.add('\\')
			}
			s.add(r)
			s.escaped = false
		case r == '\\' && s.quote != '\'':
			s.escaped = true
		case s.quote == r && r != 0:
			s.quote = 0
		case s.quote != 0:
			s.add(r)
		case r == '"' || r == '\'':
			s.quote, s.started = r, true
		case strings.ContainsRune(" \t\n\r", r):
			s.end()
		default:
			s.add(r)
		}
	}
	switch {
	case s.escaped:
		return nil, "No escaped character"
	case s.quote != 0:
		return nil, "No closing quotation"
	}
	s.end()
	return s.found, ""
}
