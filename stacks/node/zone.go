package node

import (
	"strings"
	"time"

	"github.com/target-server/target-server/server/zone"
)

// icuZone is the local time zone of ICU, which Node uses (uprv_tzname and TimeZone::detectHostTimeZone of ICU 72 and 78): a
// zone that it knows by its name. A name that it does not know, such as UTC-3, stands for the C library's standard time. A
// value that cannot be a name, such as UTC-5:45 or one with summer time, is ignored, except for four that are in use.
func icuZone(tz string, set bool) *time.Location {
	tz = strings.TrimPrefix(tz, ":")
	switch {
	case !set, !looksLikeZone(tz):
		return zone.System()
	case tz == "":
		return time.UTC
	}
	libc := zone.Libc(tz, true)
	// Names of three or four letters count only if the C library agrees with them: JST is no file.
	if named := zone.File(strings.TrimPrefix(tz, "posix/")); named != nil && !strings.HasPrefix(tz, "/") {
		return named
	}
	return zone.Fixed(standard(libc))
}

// looksLikeZone is isValidOlsonID: anything without a digit or a comma, and then two digits at most.
func looksLikeZone(tz string) bool {
	switch tz {
	case "PST8PDT", "MST7MDT", "CST6CDT", "EST5EDT":
		return true
	}
	rest := strings.TrimLeftFunc(tz, func(r rune) bool { return r != ',' && (r < '0' || r > '9') })
	return len(rest) <= 2 && strings.Trim(rest, "0123456789") == ""
}

// standard is how far a zone is east of Greenwich when there is no summer time.
func standard(l *time.Location) time.Duration {
	year := time.Now().Year()
	for _, month := range []time.Month{time.January, time.July} {
		if at := time.Date(year, month, 1, 0, 0, 0, 0, l); !at.IsDST() {
			_, seconds := at.Zone()
			return time.Duration(seconds) * time.Second
		}
	}
	return 0
}
