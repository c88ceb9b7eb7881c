package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// Every stack answers a ?sleep= that is no duration at once, in one line that says what is wrong and what is accepted, and
// repeats nothing of what the client sent. No work begins.
func TestWrongSleep(t *testing.T) {
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		status := "400"
		if v.App == "fastapi" {
			status = "422"
		}
		for value, why := range map[string]string{
			"400d": "is not a duration", "%3Cb%3E": "is not a duration", "": "is empty", "9000h": "is too long", "9999999999999h": "is too long", "-1s": "is negative",
		} {
			w := servertest.New(t, stack)
			c := w.Send(0, servertest.Request("/?id=1&sleep="+value))
			w.Run(time.Minute)
			answer := c.Text()
			want := "sleep " + why + "; accepted: " + config.AcceptedDuration
			if !strings.Contains(answer[:min(len(answer), 20)], " "+status+" ") || !strings.Contains(answer, want) {
				t.Errorf("%s at %s, sleep=%s: got %s; want %s and %s (alone: %s)", v.Stack, v.Vintage, value, answer, status, want, check.Alone(t))
			}
			if starts := w.Starts(); len(starts) > 0 {
				t.Errorf("%s at %s, sleep=%s: work began", v.Stack, v.Vintage, value)
			}
		}
	}
}
