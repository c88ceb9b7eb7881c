package config

import (
	"errors"
	"runtime"
)

// ReadLimit reads a new number of threads for a running server, or Unlimited. It accepts what --limit accepts with the
// other settings of c, and refuses everything else for the same reasons. stack describes the stack of c.
func (c Config) ReadLimit(text string, stack Defaults) (int, error) {
	const limit = "limit"
	stacks := []Defaults{stack}
	table := options(stacks)
	if err := find(table, limit).kind.read(&c, text); err != nil {
		return 0, err
	}
	for _, broken := range c.brokenRules(table, stacks, runtime.GOOS) {
		if broken.setting == limit {
			return 0, errors.New(broken.reason)
		}
	}
	return c.Limit, nil
}
