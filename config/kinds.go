package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/distribution"
)

// kind is a kind of value: how it is read from text, shown, and checked in a Config that a caller filled in.
type kind interface {
	// read sets the field of c from text. Its error says what is wrong with the text and what is accepted.
	read(c *Config, text string) error
	// show returns text that read accepts.
	show(c *Config) string
	// check validates the field of c.
	check(c *Config) error
}

// number is a whole number from low to high, or a word that stands for a value outside that range.
type number struct {
	field     func(*Config) *int
	low, high int
	word      string
	wordValue int
}

func (k number) read(c *Config, text string) error {
	if k.word != "" && text == k.word {
		*k.field(c) = k.wordValue
		return nil
	}
	n, err := strconv.Atoi(text)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return k.wrong(text, "is out of range")
	case err != nil:
		return k.wrong(text, "is not a whole number")
	case n < k.low:
		return k.wrong(text, "is too small")
	case n > k.high:
		return k.wrong(text, "is too large")
	}
	*k.field(c) = n
	return nil
}

func (k number) wrong(text, why string) error {
	or := ""
	if k.word != "" {
		or = ", or " + k.word
	}
	return fmt.Errorf("%s %s; accepted: a whole number from %d to %d%s", quote(text), why, k.low, k.high, or)
}

func (k number) show(c *Config) string {
	if n := *k.field(c); k.word == "" || n != k.wordValue {
		return strconv.Itoa(n)
	}
	return k.word
}

func (k number) check(c *Config) error { return k.read(new(Config), k.show(c)) }

// duration is a time from 0 to distribution.LongestDuration, or a word that stands for NoTimeout.
type duration struct {
	field func(*Config) *time.Duration
	word  string
}

func (k duration) read(c *Config, text string) error {
	if k.word != "" && text == k.word {
		*k.field(c) = NoTimeout
		return nil
	}
	d, err := distribution.ParseDuration(text)
	switch {
	case err != nil:
		return k.wrong(text, err.Error())
	case d < 0:
		return k.wrong(text, "is negative")
	case d > distribution.LongestDuration:
		return k.wrong(text, "is too long")
	}
	*k.field(c) = d
	return nil
}

func (k duration) wrong(text, why string) error {
	or := ""
	if k.word != "" {
		or = ", or " + k.word
	}
	return fmt.Errorf("%s %s; accepted: "+distribution.AcceptedDuration+"%s",
		quote(text), why, or)
}

func (k duration) show(c *Config) string {
	if d := *k.field(c); k.word == "" || d != NoTimeout {
		return distribution.FormatDuration(d)
	}
	return k.word
}

func (k duration) check(c *Config) error { return k.read(new(Config), k.show(c)) }

// choice is one of a few words.
type choice struct {
	field func(*Config) *string
	of    []string
	meant map[string]string // by words that are not accepted, what was probably meant
	none  bool              // a stack's default may be empty, though a user cannot ask for that
}

func (k choice) read(c *Config, text string) error {
	if meant := k.meant[text]; meant != "" && slices.Contains(k.of, meant) {
		return fmt.Errorf("%s is unknown; did you mean %s? accepted: %s", quote(text), meant, strings.Join(k.of, ", "))
	}
	if !slices.Contains(k.of, text) {
		return fmt.Errorf("%s is unknown; accepted: %s", quote(text), strings.Join(k.of, ", "))
	}
	*k.field(c) = text
	return nil
}

func (k choice) show(c *Config) string { return *k.field(c) }

func (k choice) check(c *Config) error {
	if k.none && k.show(c) == "" {
		return nil
	}
	return k.read(new(Config), k.show(c))
}

// text is any text. Users cannot give an empty one; as a default it means that the setting is absent.
type text struct {
	field   func(*Config) *string
	accepts string
	wrong   func(string) error // nil accepts any text
}

func (k text) read(c *Config, s string) error {
	switch {
	case s == "":
		return fmt.Errorf(`"" is empty; accepted: %s`, k.accepts)
	case strings.ContainsRune(s, 0):
		return fmt.Errorf("%s contains a zero byte; accepted: %s", quote(s), k.accepts)
	}
	if k.wrong != nil {
		if err := k.wrong(s); err != nil {
			return err
		}
	}
	*k.field(c) = s
	return nil
}

func (k text) show(c *Config) string { return *k.field(c) }

func (k text) check(c *Config) error {
	if *k.field(c) == "" {
		return nil
	}
	return k.read(new(Config), k.show(c))
}

const acceptedToggle = "true or false, on or off, yes or no, 1 or 0"

// toggle is on or off.
type toggle struct {
	field func(*Config) *bool
}

func (k toggle) read(c *Config, text string) error {
	switch strings.ToLower(text) {
	case "true", "on", "yes", "1":
		*k.field(c) = true
	case "false", "off", "no", "0":
		*k.field(c) = false
	default:
		return fmt.Errorf("%s is neither on nor off; accepted: "+acceptedToggle, quote(text))
	}
	return nil
}

func (k toggle) show(c *Config) string {
	if *k.field(c) {
		return "on"
	}
	return "off"
}

func (k toggle) check(*Config) error { return nil }

// seed is any unsigned 64-bit number.
type seed struct {
	field func(*Config) *uint64
}

func (k seed) read(c *Config, text string) error {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return fmt.Errorf("%s is not a seed; accepted: a whole number from 0 to %d", quote(text), uint64(1<<64-1))
	}
	*k.field(c) = n
	return nil
}

func (k seed) show(c *Config) string { return strconv.FormatUint(*k.field(c), 10) }

func (k seed) check(*Config) error { return nil }
