package config

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/accesslog"
	"github.com/target-server/target-server/distribution"
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

// work is how long work takes, a duration or a distribution. A file that it names is read relative to the working
// directory.
type work struct {
	field func(*Config) *distribution.Distribution
}

func (k work) read(c *Config, text string) error {
	d, err := distribution.ParseWith(text, distribution.FilesIn(""))
	if err != nil {
		return fmt.Errorf("%s %w", quote(text), err)
	}
	*k.field(c) = d
	return nil
}

func (k work) show(c *Config) string { return k.field(c).String() }

// check opens no file: only a constant can be out of range.
func (k work) check(c *Config) error {
	if _, constant := k.field(c).Constant(); constant {
		return k.read(new(Config), k.show(c))
	}
	return nil
}

// wrongAccessLog says what is wrong with an access log format.
func wrongAccessLog(format string) error {
	_, err := accesslog.Parse(format)
	return err
}

// TraceEndings are the endings of a trace's path, which say what is in it.
func TraceEndings() []string { return []string{".pftrace", ".ndjson", ".csv"} }

// acceptedTrace is what is accepted as the path of a trace.
const acceptedTrace = "a path that ends in .pftrace (for Perfetto), .ndjson or .csv"

// wrongTrace says what is wrong with the path of a trace.
func wrongTrace(path string) error {
	if !slices.Contains(TraceEndings(), filepath.Ext(path)) {
		return fmt.Errorf("%s has another ending; accepted: %s", quote(path), acceptedTrace)
	}
	return nil
}

// proxies is the list of --forwarded-allow-ips. The real servers accept any text, an empty one too.
type proxies struct{}

func (proxies) read(c *Config, s string) error {
	if strings.ContainsRune(s, 0) {
		return fmt.Errorf("%s contains a zero byte; accepted: addresses separated by commas, or *", quote(s))
	}
	c.ForwardedAllowIPs = s
	return nil
}

func (proxies) show(c *Config) string { return c.ForwardedAllowIPs }

func (k proxies) check(c *Config) error { return k.read(new(Config), c.ForwardedAllowIPs) }
