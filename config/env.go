package config

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// readEnv returns the settings of the environment, and the value of TARGET_SERVER_CONFIG.
func readEnv(from Sources, table []option) (givens, given, error) {
	found := givens{}
	if from.LookupEnv == nil {
		return found, given{}, nil
	}
	var errs []error
	for i := range table {
		o := &table[i]
		for _, name := range o.spellings() {
			value, ok := from.LookupEnv(envName(name))
			if !ok {
				continue
			}
			where := inEnv(envName(name))
			if before, twice := found[o.name]; twice {
				errs = append(errs, &Error{
					Setting: o.name, Where: where, Reason: "sets the same as " + before.where + "; give only one of them",
				})
				continue
			}
			found[o.name] = given{value, where}
		}
	}
	var path given
	if value, ok := from.LookupEnv(envName(configName)); ok {
		path = given{value, inEnv(envName(configName))}
	}
	errs = append(errs, from.judgeUnknown(table)...)
	return found, path, errors.Join(errs...)
}

func inEnv(name string) string { return "environment variable " + name }

// judgeUnknown refuses variables whose names are misspelt settings, and warns of others that begin as a setting's does
// but name none: they may be meant for another program, such as the one that starts this one.
func (s Sources) judgeUnknown(table []option) (errs []error) {
	for _, variable := range slices.Sorted(slices.Values(s.Environ)) {
		name, value, _ := strings.Cut(variable, "=")
		if s.goos() == "windows" { // where names are the same in upper and lower case
			name = strings.ToUpper(name)
		}
		short, ours := strings.CutPrefix(name, EnvPrefix)
		setting := strings.ToLower(strings.ReplaceAll(short, "_", "-"))
		known := (setting == configName || find(table, setting) != nil) && envName(setting) == name
		if !ours || known || isForOthers(short, value) {
			continue
		}
		if meant := suggest(table, setting); meant != "" {
			errs = append(errs, &Error{Where: inEnv(plain(name)), Reason: "names no setting; did you mean " + envName(meant) + "?"})
			continue
		}
		reason := "names no setting and is ignored; target-server --help lists every variable"
		if instead := advice(setting, value); instead != "" {
			reason = "names no setting and is ignored; " + forEnv(instead)
		}
		s.warn(&Error{Where: inEnv(plain(name)), Reason: reason})
	}
	return errs
}

// forEnv spells advice about flags as advice about variables.
func forEnv(advice string) string {
	flag, ok := strings.CutPrefix(advice, "use --")
	name, value, hasValue := strings.Cut(flag, " ")
	if !ok || !hasValue || strings.Contains(value, " ") {
		return advice
	}
	return "use " + envName(name) + "=" + value
}

// isForOthers reports whether a variable, named without EnvPrefix, is set for other programs by convention:
//   - Kubernetes describes a Service called target-server, or target-server-something, to every container beside it, and
//     Docker's links describe a container of that name;
//   - TARGET_SERVER_BINARY is where the examples find this program;
//   - TARGET_SERVER_TEST_… belong to tests.
//
// A TARGET_SERVER_PORT that is a plain number is not Kubernetes', which would be tcp://10.0.0.1:8080.
func isForOthers(name, value string) bool {
	if name == "PORT" {
		return strings.Contains(value, "://")
	}
	return name == "BINARY" || strings.HasPrefix(name, "TEST_") || serviceLink.MatchString(name)
}

var serviceLink = regexp.MustCompile(`^(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR|START|END))*|NAME|ENV_.+)$`)
