package config

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"
)

// broken is a combination of settings that is refused, and the setting to blame.
type broken struct {
	setting, reason string
}

// brokenRules lists the combinations in c that make no sense, although each value is valid.
//
// --limit is accepted with a mode that uses no threads: on a real server, too, the pool can be resized without being
// used. --queue is refused there: a test that relies on its refusals would pass for the wrong reason.
func (c Config) brokenRules(table []option, stacks []Defaults, goos string) []broken {
	var found []broken
	if threadless := c.Mode == "async-misuse" || c.Mode == "cooperative"; threadless && c.Queue != Unlimited {
		found = append(found, broken{"queue", fmt.Sprintf(
			"%d cannot be used with --mode %s, where nothing waits for a thread and so nobody would be refused; accepted: unlimited", c.Queue, c.Mode)})
	}
	if c.Workers > 1 && goos == "windows" {
		found = append(found, broken{"workers", fmt.Sprintf(
			"%d processes cannot share a listening socket on Windows; accepted: 1", c.Workers)})
	}
	if c.Addr != "" && c.AdminAddr == c.Addr && !freePort(c.Addr) {
		found = append(found, broken{"admin-addr", fmt.Sprintf(
			"%s is the address served already (--addr); accepted: another one, or off", quote(c.AdminAddr))})
	}
	if exposes(c.AdminAddr) && !c.AdminGuarded() && c.AdminTokenFile == "" {
		found = append(found, broken{"admin-addr", c.exposed()})
	}
	row, ok := pick(stacks, c.Stack, c.Vintage)
	if vintages := vintagesOf(stacks, c.Stack); !ok && len(vintages) > 0 {
		found = append(found, broken{"vintage", fmt.Sprintf(
			"%s is not a vintage of stack %s; available: %s", quote(c.Vintage), quote(c.Stack), strings.Join(vintages, ", "))})
	}
	if !ok { // an unknown stack is an error of its value
		return found
	}
	if row.Supervised && goos == "windows" {
		found = append(found, broken{"stack", fmt.Sprintf(
			"%s has a parent of its workers, and processes cannot share a listening socket on Windows; accepted: %s",
			quote(c.Stack), strings.Join(unsupervised(stacks), ", "))})
	}
	return append(found, refusals{&c, row, table}.list()...)
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
		if reason != "" {
			found = append(found, broken{name, fmt.Sprintf(
				"%s cannot be used with --stack %s --vintage %s: %s; accepted: %s",
				quote(value), r.config.Stack, r.config.Vintage, reason, r.accepts(name, kind, usual))})
		}
	}
	return found
}

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
// only the usual value.
func (r refusals) accepts(name string, kind kind, usual string) string {
	words := []string{cmp.Or(usual, "none")}
	if choice, ok := kind.(choice); ok {
		for _, word := range choice.of {
			if word != usual && r.whyNot(name, word, usual) == "" {
				words = append(words, word)
			}
		}
	}
	return strings.Join(words, ", ")
}

// reason is why a setting's value is refused, or empty.
func (d Defaults) reason(name, value, usual string) string {
	if reason := d.Refuses[name+"="+value]; reason != "" || value == usual {
		return reason
	}
	return d.Refuses[name]
}
