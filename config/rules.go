package config

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"
)

// broken is a rule between settings, broken, under the name of the setting to blame.
type broken struct {
	setting, reason string
}

// brokenRules lists the combinations in c that make no sense, though each value is fine by itself.
//
// Two that might be refused are not. --limit with a mode that uses no thread is accepted, since resizing the pool of a
// real server that does not use it changes nothing either. --queue is not as harmless: it promises refusals, and a test that
// counts on them would pass for the wrong reason.
func (c Config) brokenRules(stacks []Defaults, goos string) []broken {
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
	row, err := pick(stacks, c.Stack, c.Vintage)
	if err != nil {
		return append(found, *err)
	}
	if row.Supervised && goos == "windows" {
		found = append(found, broken{"stack", fmt.Sprintf(
			"%s has a parent of its workers, and processes cannot share a listening socket on Windows; accepted: %s",
			quote(c.Stack), strings.Join(unsupervised(stacks), ", "))})
	}
	return append(found, c.refusedBy(row)...)
}

// unsupervised lists the stacks that are one process.
func unsupervised(stacks []Defaults) []string {
	var names []string
	for _, row := range stacks {
		if !row.Supervised && !slices.Contains(names, row.Values.Stack) {
			names = append(names, row.Values.Stack)
		}
	}
	return names
}

// freePort reports whether addr leaves the choice of its port to the system.
func freePort(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	return err == nil && strings.Trim(port, "0") == ""
}

// pick finds the row of a stack at a vintage, or says which there are.
func pick(stacks []Defaults, stack, vintage string) (Defaults, *broken) {
	var names, vintages []string
	for _, row := range stacks {
		if row.Values.Stack == stack && row.Values.Vintage == vintage {
			return row, nil
		}
		if !slices.Contains(names, row.Values.Stack) {
			names = append(names, row.Values.Stack)
		}
		if row.Values.Stack == stack {
			vintages = append(vintages, row.Values.Vintage)
		}
	}
	if !slices.Contains(names, stack) {
		return Defaults{}, &broken{"stack", fmt.Sprintf(
			"stack %s is not in this version; available: %s", quote(stack), strings.Join(names, ", "))}
	}
	return Defaults{}, &broken{"vintage", fmt.Sprintf(
		"%s is not a vintage of stack %s; available: %s", quote(vintage), quote(stack), strings.Join(vintages, ", "))}
}

// refusedBy lists what the stack cannot do.
func (c Config) refusedBy(row Defaults) []broken {
	var found []broken
	table := options()
	for i := range table {
		name, kind := table[i].name, table[i].kind
		if _, hidden := kind.(secret); hidden {
			continue // no stack's business, and not to be shown
		}
		value, usual := kind.show(&c), kind.show(&row.Values)
		reason := c.whyNot(row, name, value, usual)
		if reason != "" {
			found = append(found, broken{name, fmt.Sprintf(
				"%s cannot be used with --stack %s --vintage %s: %s; accepted: %s",
				quote(value), c.Stack, c.Vintage, reason, c.accepts(row, name, kind, usual))})
		}
	}
	return found
}

// whyNot is why the stack refuses a setting's value beside all others of c, or nothing.
func (c Config) whyNot(row Defaults, name, value, usual string) string {
	reason := row.reason(name, value, usual)
	for condition, more := range row.With {
		if setting, wanted, _ := strings.Cut(condition, "="); reason == "" && find(options(), setting).kind.show(&c) == wanted {
			reason = Defaults{Refuses: more}.reason(name, value, usual)
		}
	}
	return reason
}

// accepts are the words of a choice that the stack does not refuse; of any other setting
// only the usual value.
func (c Config) accepts(row Defaults, name string, kind kind, usual string) string {
	words := []string{cmp.Or(usual, "none")}
	if of, ok := kind.(choice); ok {
		for _, word := range of.of {
			if word != usual && c.whyNot(row, name, word, usual) == "" {
				words = append(words, word)
			}
		}
	}
	return strings.Join(words, ", ")
}

// reason is why a setting's value is refused, or nothing.
func (d Defaults) reason(name, value, usual string) string {
	if reason := d.Refuses[name+"="+value]; reason != "" || value == usual {
		return reason
	}
	return d.Refuses[name]
}
