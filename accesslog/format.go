package accesslog

import (
	"fmt"
	"strings"
)

// Format is a parsed format.
type Format struct{ parts []part }

// part is literal text, or an atom.
type part struct {
	text       string
	value      func(*Record) string
	conversion conversion
}

// JSON is the format with one JSON object per line.
const JSON = "json"

// mostQuoted is how much of a wrong format its error quotes, in bytes.
const mostQuoted = 60

// Parse reads a format. Its error says what is wrong and what is accepted.
func Parse(format string) (*Format, error) {
	if format == JSON {
		return &Format{[]part{{value: asJSON, conversion: conversion{precision: -1}}}}, nil
	}
	f := &Format{}
	for rest := format; rest != ""; {
		text, after, found := strings.Cut(rest, "%")
		f.parts = append(f.parts, part{text: text})
		if !found {
			break
		}
		if literal, ok := strings.CutPrefix(after, "%"); ok {
			f.parts = append(f.parts, part{text: "%"})
			rest = literal
			continue
		}
		p, tail, ok := readPart(after)
		if !ok {
			return nil, fmt.Errorf("%q is not an atom; accepted: text with %s, %%({name}i)s, %%({name}o)s, %%({name}e)s, "+
				"each also with a width and a precision as in %%(a)-30.20s, T M D B also with d as in %%(D)8d, or %%%% for a percent sign; or json",
				"%"+after[:min(len(after), mostQuoted)], list())
		}
		f.parts = append(f.parts, p)
		rest = tail
	}
	return f, nil
}

// readPart reads what follows the percent sign of an atom.
func readPart(text string) (p part, rest string, ok bool) {
	name, rest, ok := readName(text)
	if !ok {
		return p, text, false
	}
	a, known := find(name)
	c, rest, ok := readConversion(rest)
	if !known || !ok || c.number && !a.number {
		return p, text, false
	}
	return part{value: a.of, conversion: c}, rest, true
}

// readName reads a name in parentheses. Those inside it are part of the name, and balanced.
func readName(text string) (name, rest string, ok bool) {
	if !strings.HasPrefix(text, "(") {
		return "", text, false
	}
	open := 0
	for i := range len(text) {
		switch text[i] {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			return text[1:i], text[i+1:], true
		}
	}
	return "", text, false
}

// Append appends a line without a line end.
func (f *Format) Append(b []byte, r *Record) []byte {
	for i := range f.parts {
		p := &f.parts[i]
		b = append(b, p.text...)
		if p.value != nil {
			b = append(b, p.conversion.apply(p.value(r))...)
		}
	}
	return b
}
