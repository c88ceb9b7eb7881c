package tomcat

import (
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/server/zone"
)

// javaZone is the local time zone of Java 17 (TimeZone.setDefaultZone): a zone that it knows by its name, or one of the
// form GMT+3, which is east of Greenwich, unlike for the C library. Anything else stands for how far the C library's local
// time is from UTC at the start (getGMTOffsetID): it does not change with the seasons.
func javaZone(tz string, set bool) *time.Location {
	if !set || tz == "" {
		return zone.System()
	}
	name := strings.TrimPrefix(strings.TrimPrefix(tz, ":"), "posix/")
	if old := shortNames[name]; old != "" {
		name = old
	}
	if !strings.HasPrefix(name, "/") && !strings.HasPrefix(name, "right/") {
		if named := zone.File(name); named != nil {
			return named
		}
	}
	if custom, good := customZone(name); good {
		return zone.Fixed(custom)
	}
	_, seconds := time.Now().In(zone.Libc(tz, true)).Zone()
	if seconds <= -24*3600 || seconds >= 24*3600 {
		return time.UTC // GMT+24:00 is no zone
	}
	return zone.Fixed(time.Duration(seconds/60) * time.Minute)
}

// customZone reads GMT+h, GMT+hmm or GMT+h:mm (TimeZone.parseCustomTimeZone).
func customZone(name string) (east time.Duration, good bool) {
	rest, good := strings.CutPrefix(name, "GMT")
	if !good || len(rest) < 2 || rest[0] != '+' && rest[0] != '-' {
		return 0, false
	}
	hours, minutes, colon := strings.Cut(rest[1:], ":")
	switch {
	case colon && (len(hours) > 2 || len(minutes) != 2):
		return 0, false
	case !colon && len(hours) > 2:
		minutes = hours[len(hours)-2:]
		hours = hours[:len(hours)-2]
	case !colon:
		minutes = "0"
	}
	h, err := strconv.ParseUint(hours, 10, 16)
	m, wrong := strconv.ParseUint(minutes, 10, 16)
	if err != nil || wrong != nil || h > 23 || m > 59 {
		return 0, false
	}
	east = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if rest[0] == '-' {
		east = -east
	}
	return east, true
}

// shortNames are java.time.ZoneId.SHORT_IDS, without those that are names of files too.
var shortNames = map[string]string{
	"ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires",
	"ART": "Africa/Cairo", "AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka",
	"CAT": "Africa/Harare", "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
	"EAT": "Africa/Addis_Ababa", "IET": "America/Indiana/Indianapolis", "IST": "Asia/Kolkata",
	"ECT": "Europe/Paris", //nolint:misspell // its name in Java
	"JST": "Asia/Tokyo", "MIT": "Pacific/Apia", "NET": "Asia/Yerevan", "NST": "Pacific/Auckland", "PLT": "Asia/Karachi",
	"PNT": "America/Phoenix", "PRT": "America/Puerto_Rico", "PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal",
	"VST": "Asia/Ho_Chi_Minh",
}
