package config

import "errors"

// readEnv returns the settings of the environment, and the value of TARGET_SERVER_CONFIG.
func readEnv(lookup func(string) (string, bool), table []option) (givens, given, error) {
	found := givens{}
	if lookup == nil {
		return found, given{}, nil
	}
	var errs []error
	for i := range table {
		o := &table[i]
		for _, name := range o.spellings() {
			value, ok := lookup(envName(name))
			if !ok {
				continue
			}
			where := "environment variable " + envName(name)
			if before, twice := found[o.name]; twice {
				errs = append(errs, &Error{
					Setting: o.name, Where: where,
					Reason: "is given beside " + before.where + ", another name of it; accepted: one of them",
				})
				continue
			}
			found[o.name] = given{value, where}
		}
	}
	var path given
	if value, ok := lookup(envName(configName)); ok {
		path = given{value, "environment variable " + envName(configName)}
	}
	return found, path, errors.Join(errs...)
}
