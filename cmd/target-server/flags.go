package main

import (
	"flag"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/target-server/target-server/distribution"
)

// The flags of the subcommands, which package flag parses. The server's own are package config's.

// durationFlag adds a flag that is a duration.
func durationFlag(set *flag.FlagSet, name string, value *time.Duration) {
	set.Func(name, "", func(text string) error {
		d, err := distribution.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q %w; accepted: a duration such as 100ms, 5s or 2m", text, err)
		}
		*value = d
		return nil
	})
}

// wrongValue and wrongFlag are the texts of package flag's errors, which have no types.
var (
	wrongValue = regexp.MustCompile(`^invalid (boolean )?value (".*") for (?:flag )?-(\S+): (.*)$`)
	wrongFlag  = regexp.MustCompile(`^(flag provided but not defined|flag needs an argument|bad flag syntax): -*(\S+)`)
)

// flagError says what package flag says, with the names as they are documented. accepted lists the command's flags.
func flagError(err error, command, accepted string) error {
	if of := wrongValue.FindStringSubmatch(err.Error()); of != nil {
		boolean, value, name, reason := of[1] != "", of[2], of[3], of[4]
		switch {
		case boolean:
			reason = value + " is neither true nor false; accepted: true or false"
		case reason == "parse error" || reason == "value out of range":
			reason = value + " is not a number; accepted: a whole number"
		}
		return fmt.Errorf("flag --%s: %s", name, reason)
	}
	of := wrongFlag.FindStringSubmatch(err.Error())
	switch {
	case of == nil:
		return fmt.Errorf("%s: %w; accepted: %s", command, err, accepted)
	case strings.HasSuffix(of[1], "argument"):
		return fmt.Errorf("flag --%s: a value is missing", of[2])
	}
	return fmt.Errorf("flag --%s: is unknown to %s; accepted: %s", of[2], command, accepted)
}
