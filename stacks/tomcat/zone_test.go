package tomcat

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The wanted offsets, in minutes in January and in July, are those that Java 17 printed. Where the C library has summer
// time, Java has what there is at its start.
func TestJavaZone(t *testing.T) {
	for tz, want := range map[string]string{
		"UTC-3": "180 180", "<+0330>-3:30": "210 210", "GMT-3": "-180 -180", "GMT+3": "180 180", "XYZ5": "-300 -300", "XYZ": "0 0", "JST": "540 540",
		"PST": "-480 -420", "EST": "-300 -300", "EST5EDT": "-300 -240", "Europe/Berlin": "60 120", ":Europe/Berlin": "60 120", "posix/Asia/Tokyo": "540 540",
		"UTC-25": "0 0", "ABC-3:30:15": "210 210", "UTC-5:45": "345 345", "Etc/GMT-3": "180 180", "Nowhere/Land": "0 0", "IST-5:30": "330 330",
	} {
		var got strings.Builder
		for _, month := range []time.Month{time.January, time.July} {
			_, seconds := time.Date(2026, month, 15, 12, 0, 0, 0, javaZone(tz, true)).Zone()
			fmt.Fprintf(&got, " %d", seconds/60)
		}
		if got.String()[1:] != want {
			t.Errorf("TZ=%s: wanted %s, got%s", tz, want, got.String())
		}
	}
}

func TestCustomZone(t *testing.T) {
	for name, want := range map[string]time.Duration{
		"GMT+3": 3 * time.Hour, "GMT-11": -11 * time.Hour, "GMT+0330": 3*time.Hour + 30*time.Minute, "GMT+3:30": 3*time.Hour + 30*time.Minute, "GMT+330": 3*time.Hour + 30*time.Minute,
		"GMT+24": -1, "GMT+3:3": -1, "GMT+3:60": -1, "GMT3": -1, "GMT+": -1, "UTC+3": -1, "GMT+3x": -1, "GMT+003:30": -1,
	} {
		east, good := customZone(name)
		if !good {
			east = -1
		}
		if east != want {
			t.Errorf("%s: wanted %v, got %v", name, want, east)
		}
	}
}
