package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// Secret is a value that no log, dump or error may show.
type Secret string

// String implements fmt.Stringer.
func (Secret) String() string { return "(not shown)" }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return "(not shown)" }

// AdminHosts returns the further names of the admin address.
func (c Config) AdminHosts() []string {
	if c.AdminHost == "" {
		return nil
	}
	return strings.Split(c.AdminHost, ",")
}

// AdminGuarded reports whether other machines may be able to reach the admin address.
func (c Config) AdminGuarded() bool { return c.AdminToken != "" || c.AdminOpen }

// Exposed is the error of an admin address that other machines can reach although nothing guards it.
func (c Config) Exposed() error {
	return &Error{Setting: "admin-addr", Where: "flag --admin-addr", Reason: c.exposed()}
}

func (c Config) exposed() string {
	return quote(c.AdminAddr) + " can be reached from other machines, which could pause the server; accepted: a loopback address such as 127.0.0.1:9090, " +
		"or any address together with --admin-token TOKEN, --admin-token-file PATH or --admin-open"
}

// AdminIsLocal reports whether only this machine reaches the admin address.
func (c Config) AdminIsLocal() bool {
	host, _, err := net.SplitHostPort(c.AdminAddr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// exposes reports whether other machines can reach an address. It says no for a host name, which is not resolved before
// the server starts.
func exposes(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false // reported elsewhere
	}
	ip, err := netip.ParseAddr(host)
	return host == "" || err == nil && !ip.Unmap().IsLoopback()
}

// secret is a token that a client can send in a header.
type secret struct{ field func(*Config) *Secret }

// longestToken fits into any request's head.
const longestToken = 4096

const acceptedToken = "accepted: 1 to 4096 printable ASCII characters without spaces"

// read never repeats the text.
func (k secret) read(c *Config, text string) error {
	switch {
	case text == "":
		return errors.New(`"" is empty; ` + acceptedToken)
	case len(text) > longestToken:
		return errors.New("is too long; " + acceptedToken)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return errors.New("contains a space, a control character or a character outside ASCII; " + acceptedToken)
	}
	*k.field(c) = Secret(text)
	return nil
}

func (k secret) show(c *Config) string { return string(*k.field(c)) }

func (k secret) check(c *Config) error {
	if *k.field(c) == "" {
		return nil
	}
	return k.read(new(Config), k.show(c))
}

// readToken reads the token from AdminTokenFile, without the line's end.
func (c *Config) readToken(kind kind, where string) error {
	text, err := readStart(c.AdminTokenFile, longestToken+3)
	token := strings.TrimRight(text, "\r\n")
	switch {
	case err == nil && token == "":
		err = errors.New("is empty; " + acceptedToken)
	case err == nil:
		err = kind.read(c, token)
	}
	if err != nil {
		return &Error{Setting: "admin-token-file", Where: where, Reason: quoteUpTo(longestPath, c.AdminTokenFile) + " " + err.Error()}
	}
	return nil
}

// readStart reads at most limit bytes of a file. Its error is meant to follow the path.
func readStart(path string, limit int64) (string, error) {
	f, err := os.Open(path)
	if err == nil {
		defer f.Close()
		var text []byte
		if text, err = io.ReadAll(io.LimitReader(f, limit)); err == nil {
			return string(text), nil
		}
	}
	if wrong := new(fs.PathError); errors.As(err, &wrong) {
		err = wrong.Err
	}
	return "", fmt.Errorf("cannot be read (%w); accepted: a readable file that contains the token", err)
}

// hostNames is a list of host names, separated by commas.
type hostNames struct{ field func(*Config) *string }

func (k hostNames) read(c *Config, text string) error {
	for name := range strings.SplitSeq(text, ",") {
		if why := wrongName(name); why != "" {
			return fmt.Errorf("%s %s; accepted: host names or IP addresses with or without a port, such as target or target:9090, separated by commas", quote(name), why)
		}
	}
	*k.field(c) = text
	return nil
}

func (k hostNames) show(c *Config) string { return *k.field(c) }

func (k hostNames) check(c *Config) error {
	if *k.field(c) == "" {
		return nil
	}
	return k.read(new(Config), k.show(c))
}

// wrongName says what is wrong with a host name, with or without a port; empty if nothing is.
func wrongName(name string) string {
	if name == "" {
		return "is empty"
	}
	host, port, err := net.SplitHostPort(name)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	} else if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "has a port that is not a number from 0 to 65535"
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && ip.Is6() != strings.HasPrefix(name, "["):
		return "is not valid: an IPv6 address needs brackets, as in [::1]"
	case err != nil && !hostName.MatchString(host):
		return "is not a host name"
	}
	return ""
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$`)
