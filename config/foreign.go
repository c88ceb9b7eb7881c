package config

import "maps"

// Foreign asks for the settings that a real server would take from its own command line and environment.
type Foreign struct {
	// Line is the value of --like, whose source is Where; empty without one.
	Line, Where string
	// Stack is the stack that is chosen by a setting of ours, or by default without a Line; empty if the Line chooses.
	Stack   string
	Vintage string
	// Addr is the address that is served unless the real settings name another.
	Addr string
	// LookupEnv is os.LookupEnv; Environ is os.Environ, or nil if that is not known.
	LookupEnv func(string) (string, bool)
	Environ   []string
}

// ForeignSetting is a setting of ours with the value that the real server's own settings give it.
type ForeignSetting struct {
	Setting, Value string
	// Where is the source, as errors name it: "flag --like, --workers" or "environment variable WEB_CONCURRENCY".
	Where string
	// Implied: it follows from what is not there, so it is no mistake if there is no such setting.
	Implied bool
}

// ForeignSettings is what the real server's own settings say.
type ForeignSettings struct {
	Values []ForeignSetting
	// Ignored are the sources of what has no effect here, each with the reason.
	Ignored []Error
}

const like = "like"

// addForeign adds the real server's settings to those of ours, which win. It warns of what is ignored.
func (s Sources) addForeign(table []option, all givens) error {
	if s.Foreign == nil {
		return nil
	}
	line := all[like]
	start := startingValues(s.Stacks, all)
	ask := Foreign{Line: line.value, Where: line.where, Stack: start.Stack, Vintage: start.Vintage, Addr: start.Addr, LookupEnv: s.lookup, Environ: s.Environ}
	if _, chosen := all["stack"]; !chosen && line.where != "" {
		ask.Stack = ""
	}
	found, err := s.Foreign(ask)
	if err != nil {
		return err
	}
	for _, v := range found.Values {
		if v.Setting == "stack" && ask.Stack == "" {
			all[v.Setting] = given{v.Value, v.Where} // first, as it decides what the others mean
		}
	}
	row, ours := s.rowOf(all), maps.Clone(all)
	for _, v := range found.Values {
		o, reason := find(table, v.Setting), "it is not imitated"
		if o != nil {
			reason = whyIgnored(table, row, o, v.Value)
		}
		switch {
		case v.Setting == "stack" || overrides(ours, v.Setting):
		case reason == "":
			all[v.Setting] = given{v.Value, v.Where}
		case !v.Implied:
			s.warn(&Error{Setting: v.Setting, Where: v.Where, Reason: "is ignored: " + reason})
		}
	}
	for _, ignored := range found.Ignored {
		s.warn(&ignored)
	}
	return nil
}

// overrides reports whether a setting of ours wins over a foreign one: the same, or the other one that names the place
// to listen.
func overrides(ours givens, setting string) bool {
	other := map[string]string{"addr": "uds", "uds": "addr"}[setting]
	return ours[setting].where != "" || ours[other].where != ""
}

// whyIgnored is why the stack does not have a setting, or empty.
func whyIgnored(table []option, row Defaults, o *option, value string) string {
	c := row.Values
	if o.kind.read(&c, value) != nil {
		return "" // an error, which is reported later
	}
	return refusals{&c, row, table}.whyNot(o.name, o.kind.show(&c), o.kind.show(&row.Values))
}

// rowOf returns the chosen stack, or an empty one.
func (s Sources) rowOf(all givens) Defaults {
	start := startingValues(s.Stacks, all)
	row, _ := pick(s.Stacks, start.Stack, start.Vintage)
	return row
}

// lookup is LookupEnv, which may be nil.
func (s Sources) lookup(name string) (string, bool) {
	if s.LookupEnv == nil {
		return "", false
	}
	return s.LookupEnv(name)
}
