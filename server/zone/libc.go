package zone

import (
	"os"
	"strings"
	"time"
	_ "time/tzdata" // zone files for systems that have none
)

// Libc returns the local time zone of a program that uses the GNU C library, 2.36 (tzset_internal). tz is the variable TZ;
// set says whether there is one. It names a file, or is a rule as POSIX has them ([Rule]); anything else is UTC.
func Libc(tz string, set bool) *time.Location {
	if !set {
		return System()
	}
	tz = strings.TrimPrefix(tz, ":")
	if tz == "" {
		return time.UTC
	}
	if file := File(tz); file != nil {
		return file
	}
	rule, _ := Rule(tz)
	return rule
}

// System returns the zone of the system, which applies without TZ.
func System() *time.Location {
	if file := File("/etc/localtime"); file != nil {
		return file
	}
	return time.UTC
}

// File returns the zone that a file describes, by its name or by its path, or nil if there is no such file.
func File(name string) *time.Location {
	if strings.HasPrefix(name, "/") {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil
		}
		file, _ := time.LoadLocationFromTZData(name, data)
		return file
	}
	if name == "" || name == "Local" { // which mean something else to Go
		return nil
	}
	file, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return file
}
