package config

import (
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strings"
)

// broken is a combination of settings that is refused, and the setting to blame.
type broken struct {
	setting, reason string
}

// brokenRules lists the combinations in c that make no sense, although each value is valid.
func (c Config) brokenRules(table []option, stacks []Defaults, goos string) []broken {
	var found []broken
	row, ok := pick(stacks, c.Stack, c.Vintage)
	if c.Workers > 1 && goos == "windows" {
		found = append(found, broken{"workers", fmt.Sprintf(
			"%d processes cannot share a listening socket on Windows; accepted: 1", c.Workers)})
	}
	if c.Addr != "" && c.AdminAddr == c.Addr && !freePort(c.Addr) {
		found = append(found, broken{"admin-addr", fmt.Sprintf(
			"%s is also the address of --addr; accepted: another address, or off", quote(c.AdminAddr))})
	}
	if c.Trace != "" && filepath.Clean(c.Trace) == filepath.Clean(c.ReadyFile) {
		found = append(found, broken{"trace", fmt.Sprintf(
			"%s is also the file of --ready-file; accepted: another path", quote(c.Trace))})
	}
	if exposes(c.AdminAddr) && !c.AdminGuarded() && c.AdminTokenFile == "" {
		found = append(found, broken{"admin-addr", c.exposed()})
	}
	if vintages := vintagesOf(stacks, c.Stack); !ok && len(vintages) > 0 {
		found = append(found, broken{"vintage", fmt.Sprintf(
			"%s is not a vintage of --stack %s; accepted: %s", quote(c.Vintage), c.Stack, strings.Join(vintages, ", "))})
	}
	if !ok { // an unknown stack is an error of its value
		return found
	}
	if row.Supervised && goos == "windows" {
		found = append(found, broken{"stack", fmt.Sprintf(
			"%s runs its workers under a parent process, and processes cannot share a listening socket on Windows; accepted: %s",
			quote(c.Stack), strings.Join(unsupervised(stacks), ", "))})
	}
	found = append(found, refusals{&c, row, table}.list()...)
	if line := c.spacedHeader(); c.HTTP == "h11" && line != "" {
		found = append(found, broken{"header", fmt.Sprintf(
			"%s has a value that begins or ends with a space, which --http h11 does not send; accepted: none, or --http httptools", quote(line))})
	}
	if reason := c.noPace(); reason != "" {
		found = append(found, broken{"pace", quote(factor{func(c *Config) *float64 { return &c.Pace }}.show(&c)) + " cannot be used: " + reason})
	}
	if c.usesNoThreads() && c.Queue != Unlimited {
		found = append(found, broken{"queue", fmt.Sprintf(
			"%d cannot be used with --mode %s, in which no request waits for a thread; accepted: unlimited, or --mode threadpool", c.Queue, c.Mode)})
	}
	return found
}

// usesNoThreads reports whether handlers run on the event loop.
func (c Config) usesNoThreads() bool { return c.Mode == "async-misuse" || c.Mode == "cooperative" }

// idle lists the settings in a valid c that the stack, the mode or the system ignores. They are accepted nevertheless: the real
// server, too, can be given them in vain.
func (c Config) idle(stacks []Defaults, goos string) []broken {
	var found []broken
	if row, ok := pick(stacks, c.Stack, c.Vintage); ok {
		for _, setting := range slices.Sorted(maps.Keys(row.Ignores)) {
			found = append(found, broken{setting, fmt.Sprintf("has no effect with --stack %s: %s", c.Stack, row.Ignores[setting])})
		}
		if c.usesNoThreads() && c.Limit != row.Values.Limit {
			found = append(found, broken{"limit", fmt.Sprintf(
				"has no effect with --mode %s, which uses no threads; it is for --mode threadpool", c.Mode)})
		}
		if c.Respawn && c.Workers == 1 && !row.Supervised {
			found = append(found, broken{"respawn", fmt.Sprintf(
				"has no effect with --workers 1 on --stack %s: no parent process is there to replace the worker; add --workers 2", c.Stack)})
		}
	}
	if goos == "windows" {
		found = append(found, broken{"backlog", "has no effect on Windows, which chooses the length of the queue itself"})
	}
	return found
}

// WithoutEffect lists the settings in a valid c that the stack or the mode ignores.
func (c Config) WithoutEffect(stacks []Defaults) []string {
	var settings []string
	for _, idle := range c.idle(stacks, "") {
		settings = append(settings, idle.setting)
	}
	return settings
}

// switchedOff lists the settings in a valid c that do nothing because of another one that switches them on and off. Only
// flags are worth a warning: an environment or a file is often shared by servers that differ in that switch.
func (c Config) switchedOff() []broken {
	var found []broken
	if c.LogFormat != "native" {
		for _, setting := range []string{"access-log", "access-log-format"} {
			found = append(found, broken{setting, "has no effect with --log-format " + c.LogFormat + "; it is for --log-format native"})
		}
	}
	if !c.AccessLog && c.LogFormat == "native" {
		found = append(found, broken{"access-log-format", "has no effect without access lines, as with --no-access-log"})
	}
	if c.Trace == "" {
		found = append(found, broken{"trace-size", "has no effect without a trace; add --trace run.pftrace"})
	}
	if c.AdminAddr == "" {
		for _, setting := range []string{"admin-host", "admin-token", "admin-token-file", "admin-open", "history"} {
			found = append(found, broken{setting, "has no effect without an admin address; add --admin-addr 127.0.0.1:9090"})
		}
	}
	return found
}

// unsupervised lists the stacks that run as one process.
func unsupervised(stacks []Defaults) []string {
	return stackNames(slices.DeleteFunc(slices.Clone(stacks), func(row Defaults) bool { return row.Supervised }))
}

// freePort reports whether addr lets the system choose its port.
func freePort(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	return err == nil && strings.Trim(port, "0") == ""
}

// pick finds a stack at a vintage.
func pick(stacks []Defaults, stack, vintage string) (Defaults, bool) {
	for _, row := range stacks {
		if row.Values.Stack == stack && row.Values.Vintage == vintage {
			return row, true
		}
	}
	return Defaults{}, false
}

// vintagesOf lists the vintages of a stack.
func vintagesOf(stacks []Defaults, stack string) []string {
	var vintages []string
	for _, row := range stacks {
		if row.Values.Stack == stack {
			vintages = append(vintages, row.Values.Vintage)
		}
	}
	return vintages
}

// refusals finds the values in a Config that its stack refuses.
type refusals struct {
	config *Config
	row    Defaults
	table  []option
}

func (r refusals) list() []broken {
	var found []broken
	for i := range r.table {
		name, kind := r.table[i].name, r.table[i].kind
		if _, hidden := kind.(secret); hidden {
			continue // must not be shown, and concerns no stack
		}
		value, usual := kind.show(r.config), kind.show(&r.row.Values)
		reason := r.whyNot(name, value, usual)
		if reason == "" && value != usual && r.table[i].few && !slices.Contains(r.row.Offers, name) {
			reason = noSuchOption
		}
		if reason != "" {
			found = append(found, broken{name, fmt.Sprintf(
				"%s cannot be used with --stack %s --vintage %s: %s; %s",
				quote(value), r.config.Stack, r.config.Vintage, reason, r.accepts(name, kind, usual))})
		}
	}
	return found
}

const noSuchOption = "its real server has no such option"

// whyNot is why the stack refuses a value together with the other settings, or empty.
func (r refusals) whyNot(name, value, usual string) string {
	reason := r.row.reason(name, value, usual)
	for condition, more := range r.row.With {
		setting, wanted, _ := strings.Cut(condition, "=")
		if reason == "" && find(r.table, setting).kind.show(r.config) == wanted {
			reason = Defaults{Refuses: more}.reason(name, value, usual)
		}
	}
	return reason
}

// accepts lists the values that the stack accepts: of a choice all words that it does not refuse, of any other setting
// only the default.
func (r refusals) accepts(name string, kind kind, usual string) string {
	choice, ok := kind.(choice)
	switch {
	case usual == "":
		return "leave it out"
	case !ok:
		return "accepted: only the default, " + usual
	}
	words := []string{usual}
	for _, word := range choice.of {
		if word != usual && r.whyNot(name, word, usual) == "" {
			words = append(words, word)
		}
	}
	return "accepted: " + strings.Join(words, ", ")
}

// reason is why a setting's value is refused, or empty.
func (d Defaults) reason(name, value, usual string) string {
	if reason := d.Refuses[name+"="+value]; reason != "" || value == usual {
		return reason
	}
	return d.Refuses[name]
}
