package supervisor

// Hypercorn014 is the parent of Hypercorn 0.14.3 (hypercorn.run.run): it starts its workers and waits for the last of
// them to end, whatever of. SIGINT and SIGTERM set an event at which the workers look; of other signals it dies, and
// leaves them behind.
func Hypercorn014() Policy {
	return Policy{
		Reactions: []Reaction{
			{Signal: "INT", Action: Exit},
			{Signal: "TERM", Action: Exit},
			{Signal: "HUP", Action: Die},
			{Signal: "QUIT", Action: Die},
			{Signal: "USR1", Action: Die},
			{Signal: "USR2", Action: Die},
		},
		Event: &Event{},
	}
}

// Hypercorn018 is the parent of Hypercorn 0.18.0: it wakes when a worker ends, and replaces one that has ended well.
// When one has not, or when the parent is told to exit, SIGTERM ends the others at once. SIGHUP replaces all of them.
func Hypercorn018() Policy {
	p := Hypercorn014()
	p.Event = &Event{Replaces: true}
	p.Reactions[2].Action = Renew
	return p
}
