package distribution

import (
	"errors"
	"regexp"
	"strings"
	"time"
)

// LongestDuration limits every duration, so that a sum of a few of them and a clock's reading does not overflow.
const LongestDuration = 365 * 24 * time.Hour

// AcceptedDuration says what every duration accepts, for errors.
const AcceptedDuration = "a duration such as 100ms, 5s or 2m (a bare number is seconds), from 0 to 8760h"

var (
	bareNumber   = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)$`)
	durationText = regexp.MustCompile(`^[+-]?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$`)
)

// ParseDuration reads Go's syntax, or a bare number of seconds, as every duration flag does. The result may be
// negative. Its error is meant to follow the value: "is not a duration".
func ParseDuration(text string) (time.Duration, error) {
	if text == "" {
		return 0, errors.New("is empty")
	}
	if bareNumber.MatchString(text) {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	switch {
	case err == nil:
		return d, nil
	case !durationText.MatchString(text):
		return 0, errors.New("is not a duration")
	case text[0] == '-':
		return 0, errors.New("is negative")
	}
	return 0, errors.New("is too long")
}

// FormatDuration is d.String without zeros at its end: 2m, not 2m0s. ParseDuration reads it back.
func FormatDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// parseWork is ParseDuration for a time from 0 to LongestDuration.
func parseWork(text string) (time.Duration, error) {
	d, err := ParseDuration(text)
	switch {
	case err != nil:
		return 0, err
	case d < 0:
		return 0, errors.New("is negative")
	case d > LongestDuration:
		return 0, errors.New("is too long")
	}
	return d, nil
}
