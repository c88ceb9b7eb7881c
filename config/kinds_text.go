package config

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/accesslog"
)

// address is host:port, or a word that stands for none.
type address struct {
	field func(*Config) *string
	word  string
}

func (k address) read(c *Config, text string) error {
	if k.word != "" && text == k.word {
		*k.field(c) = ""
		return nil
	}
	if why := wrongAddress(text); why != "" {
		accepted := "host:port such as 127.0.0.1:8080 or :8080, with port 0 for a free port"
		if k.word != "" {
			accepted = "host:port such as 127.0.0.1:9090, with port 0 for a free port, or " + k.word
		}
		return fmt.Errorf("%s %s; accepted: %s", quote(text), why, accepted)
	}
	*k.field(c) = text
	return nil
}

func (k address) show(c *Config) string {
	if *k.field(c) == "" && k.word != "" {
		return k.word
	}
	return *k.field(c)
}

func (k address) check(c *Config) error { return k.read(new(Config), k.show(c)) }

// wrongAddress says what is wrong with an address; empty if nothing is.
func wrongAddress(text string) string {
	if text == "" {
		return "is empty"
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		var wrong *net.AddrError
		if errors.As(err, &wrong) {
			return "is not an address (" + wrong.Err + ")"
		}
		return "is not an address"
	}
	if strings.ContainsAny(host, " \t\r\n/@\x00") {
		return "has an invalid host"
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "has a port that is not a number from 0 to 65535"
	}
	return ""
}

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

// wrongAccessLog says what is wrong with an access log format.
func wrongAccessLog(format string) error {
	_, err := accesslog.Parse(format)
	return err
}
