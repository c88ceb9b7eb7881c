package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// Every stack answers a ?sleep= that is neither a duration nor a distribution, or that names a file, at once, in one line that says what is wrong and what is accepted, and
// repeats nothing of what the client sent. No work begins.
func TestWrongSleep(t *testing.T) {
	const accepted = "; accepted: " + distribution.Accepted
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		status := "400"
		if v.App == "fastapi" {
			status = "422"
		}
		for value, want := range map[string]string{
			"400d": "is not a duration" + accepted, "%3Cb%3E": "is not a duration" + accepted, "": "is empty" + accepted, "9000h": "is too long" + accepted,
			"9999999999999h": "is too long" + accepted, "-1s": "is negative" + accepted,
			"file(/etc/hostname)": "names a file, which is not allowed here; accepted: uniform(5ms, 20ms), exp(50ms), ",
			"uniform(%3Cb%3E,5)":  "has a min that is not a duration (character 9); accepted: uniform(5ms, 20ms)",
			"exp(5ms":             "has no closing parenthesis (character 8); accepted: exp(50ms)",
			"normal(5ms,+6ms)":    "has a parameter without a name where sd= is expected (character 13); accepted: normal(50ms, sd=10ms)",
		} {
			w := servertest.New(t, stack)
			c := w.Send(0, servertest.Request("/?id=1&sleep="+value))
			w.Run(time.Minute)
			answer := c.Text()
			want = "sleep " + want
			if !strings.Contains(answer[:min(len(answer), 20)], " "+status+" ") || !strings.Contains(answer, want) {
				t.Errorf("%s at %s, sleep=%s: got %s; want %s and %s (alone: %s)", v.Stack, v.Vintage, value, answer, status, want, check.Alone(t))
			}
			if starts := w.Starts(); len(starts) > 0 {
				t.Errorf("%s at %s, sleep=%s: work began", v.Stack, v.Vintage, value)
			}
		}
	}
}
