package config

// Defaults is what config must know of one stack at one vintage: the values that hold where nobody says otherwise, and
// what the real server cannot do.
type Defaults struct {
	// Summary is one short line for people.
	Summary string
	// Values are the defaults; Values.Stack and Values.Vintage say whose they are.
	Values Config
	// Supervised: even one worker has a parent, with which it shares a listening socket.
	Supervised bool
	// Refuses gives the reason why a setting cannot be used: under "timeout" for any value but the default, under
	// "app=flask" for that value alone.
	Refuses map[string]string
	// With gives further reasons that hold where a setting has a value: under "app=flask", what Refuses would.
	With map[string]map[string]string
}
