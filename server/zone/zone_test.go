package zone_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/server/zone"
)

// offsets returns how far from UTC a zone is in January and in July, in minutes.
func offsets(l *time.Location) string {
	var text strings.Builder
	for _, month := range []time.Month{time.January, time.July} {
		_, seconds := time.Date(2026, month, 15, 12, 0, 0, 0, l).Zone()
		fmt.Fprintf(&text, " %d", seconds/60)
	}
	return text.String()[1:]
}

// The wanted offsets are those that Python 3.11 printed on glibc 2.36.
func TestLibc(t *testing.T) {
	for tz, want := range map[string]string{
		"UTC-3": "180 180", "<+0330>-3:30": "210 210", "<-03>3": "-180 -180", "GMT+3": "-180 -180", "XYZ5": "-300 -300", "UTC-0:30": "30 30",
		"CET-1CEST": "60 120", "CET-1CEST,M3.5.0,M10.5.0/3": "60 120", "NST3:30NDT": "-210 -150", "AEST-10AEDT,M10.1.0,M4.1.0/3": "660 600", "EST5EDT": "-300 -240",
		"Europe/Berlin": "60 120", ":Europe/Berlin": "60 120", "EST5EDT,M3.2.0": "-300 -240", ":UTC-3": "180 180", "ABC-3:30:15": "210 210",
		"EST5EDT,foo": "-240 -240", "UTC-3x": "180 180",
		"": "0 0", "XYZ": "0 0", "Nowhere/Land": "0 0", "A-3": "0 0", " UTC-3": "0 0", "Local": "0 0", ":": "0 0", "<a>3": "0 0", "<a_c>3": "0 0", "UTC+": "0 0",
		"UTC-25": "1440 1440", "AAA0BBB,J60,J300": "0 60", "AAA0BBB,59/-1,299/26:30": "0 60", "AAA0BBB-3,M3.5.0,M10.5.0": "0 180",
	} {
		if got := offsets(zone.Libc(tz, true)); got != want {
			t.Errorf("TZ=%s: wanted %s, got %s", tz, want, got)
		}
	}
}

func TestRuleIsRead(t *testing.T) {
	for tz, want := range map[string]bool{"UTC-3": true, "CET-1CEST": true, "CET-1CEST,M3.5.0,M10.5.0/3": true, "UTC": false, "UTC-3x": false, "EST5EDT,foo": false} {
		if _, got := zone.Rule(tz); got != want {
			t.Errorf("%s: wanted %v, got %v", tz, want, got)
		}
	}
}

// Any rule gives a zone that can be asked for any time. As with glibc, an offset is less than 25 hours, and that of the
// summer one more if the rule has none.
func FuzzRule(f *testing.F) {
	for _, seed := range []string{"UTC-3", "<+03>-3:30:59XYZ,M1.1.1/1,J365/-167:59:59", "A", "AAA0BBB,0/0,365/99999"} {
		f.Add(seed, int64(1<<31))
	}
	f.Fuzz(func(t *testing.T, tz string, at int64) {
		l, _ := zone.Rule(tz)
		if _, offset := time.Unix(at, 0).In(l).Zone(); offset < -26*3600 || offset > 26*3600 {
			t.Errorf("%q: %d seconds from UTC", tz, offset)
		}
	})
}
