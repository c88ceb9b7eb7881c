package config

import "slices"

// Defaults describes one stack at one vintage: the values of settings that are not given, and what the real server
// cannot do.
type Defaults struct {
	// Summary is one short line for users.
	Summary string
	// Values are the defaults; Values.Stack and Values.Vintage name the stack and the vintage.
	Values Config
	// Supervised: even a single worker has a parent, with which it shares a listening socket.
	Supervised bool
	// Refuses gives the reason why a setting cannot be used: under "timeout" for any value except the default, under
	// "app=flask" for that value only.
	Refuses map[string]string
	// Offers lists the settings of few servers that this one has. It refuses the others of them.
	Offers []string
	// Ignores gives the reason why a setting, accepted because the real one can be set as well, has no effect.
	Ignores map[string]string
	// With extends Refuses for when another setting has a given value, such as "app=flask".
	With map[string]map[string]string
}

// stackNames lists the names of the stacks, each once.
func stackNames(stacks []Defaults) []string {
	var names []string
	for _, row := range stacks {
		if !slices.Contains(names, row.Values.Stack) {
			names = append(names, row.Values.Stack)
		}
	}
	return names
}
