package node

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The wanted offsets, in minutes in January and in July, are those that Node 18 and 26 printed.
func TestICUZone(t *testing.T) {
	for tz, want := range map[string]string{
		"UTC-3": "180 180", "GMT-3": "180 180", "GMT+3": "-180 -180", "XYZ5": "-300 -300", "XYZ": "0 0", "JST": "0 0", "JST-9": "540 540", "UTC-13": "780 780",
		"UTC-25": "1440 1440", "EST": "-300 -300", "EST5EDT": "-300 -240", "Europe/Berlin": "60 120", ":Europe/Berlin": "60 120", "posix/Asia/Tokyo": "540 540",
		"": "0 0", "Nowhere/Land": "0 0", ":UTC-3": "180 180", "Etc/GMT-3": "180 180", " UTC-3": "0 0",
	} {
		var got strings.Builder
		for _, month := range []time.Month{time.January, time.July} {
			_, seconds := time.Date(2026, month, 15, 12, 0, 0, 0, icuZone(tz, true)).Zone()
			fmt.Fprintf(&got, " %d", seconds/60)
		}
		if got.String()[1:] != want {
			t.Errorf("TZ=%s: wanted %s, got%s", tz, want, got.String())
		}
	}
	for _, tz := range []string{"<+0330>-3:30", "CET-1CEST", "UTC-5:45", "UTC-3x", "EST5EDT,M3.2.0", "EST5EDT4"} {
		if looksLikeZone(tz) {
			t.Errorf("TZ=%s: it is no name", tz)
		}
	}
}
