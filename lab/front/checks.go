package front

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Check is a condition that a variant must meet, with a margin wide enough for a busy machine.
type Check struct {
	Variant string
	What    string
	holds   func(Result) bool
	figure  func(Result) string
}

// Checks lists the conditions of all variants.
func Checks() []Check {
	var all []Check
	for _, v := range []string{UnboundedFIFO, NginxUnbounded} {
		all = append(all,
			atMost(v, "answered in the overload, of capacity", 0.65, Result.Goodput),
			atLeast(v, "wasted thread time", 0.5, Result.ForNobody),
			atLeast(v, "504 of all", 0.4, share(504)),
			atLeast(v, "seconds to recovery", 4, recovery),
		)
	}
	all = append(all,
		atLeast(UnboundedLIFO, "504 of all", 0.1, share(504)),
		atLeast(UnboundedLIFO, "wasted thread time", 0.1, Result.ForNobody),
		atLeast(UnboundedLIFO, "answered after the overload", 0.8, Result.ServedAfter),
		atLeast(NginxDefault, "502 of all", 0.3, share(502)),
	)
	for _, v := range []string{Retried, NginxRetried} {
		all = append(all,
			atLeast(v, "runs per client", 1.5, Result.PerVisit),
			atLeast(v, "wasted thread time", 0.7, Result.ForNobody),
			atMost(v, "answered after the overload", 0.3, Result.ServedAfter),
		)
	}
	for _, v := range []string{Bounded, NginxBounded, BalancerLine, ConcurrencyOff, NginxMost, NginxLimitReq, NginxLimitConn} {
		all = append(all,
			atLeast(v, "answered in the overload, of capacity", 0.75, Result.Goodput),
			atMost(v, "wasted thread time", 0.1, Result.ForNobody),
			atMost(v, "504 of all", 0.05, share(504)),
			atLeast(v, "503 of all", 0.1, share(503)),
			atMost(v, "seconds to recovery", 2, recovery),
		)
	}
	for _, v := range []string{Bounded, NginxBounded} {
		all = append(all, atMost(v, "median seconds to a 503", 0.6, median503))
	}
	return append(all,
		atLeast(BoundedLIFO, "answered in the overload, of capacity", 0.75, Result.Goodput),
		atLeast(BoundedLIFO, "503 of all", 0.1, share(503)),
		atMost(Concurrency, "504 of all", 0.05, share(504)),
		atLeast(Concurrency, "503 of all", 0.1, share(503)),
		atLeast(NginxMaxConns, "502 of all", 0.1, share(502)),
		atLeast(LeaversTarget, "wasted thread time", 0.5, Result.ForNobody),
		atLeast(LeaversKept, "wasted thread time", 0.25, Result.ForNobody),
		atMost(LeaversNginx, "wasted thread time", 0.15, Result.ForNobody),
		atMost(LeaversDropped, "wasted thread time", 0.15, Result.ForNobody),
	)
}

func atLeast(variant, what string, bound float64, figure func(Result) float64) Check {
	return Check{
		variant, fmt.Sprintf("%s: at least %g", what, bound),
		func(r Result) bool { return figure(r) >= bound },
		func(r Result) string { return fmt.Sprintf("%.3g", figure(r)) },
	}
}

func atMost(variant, what string, bound float64, figure func(Result) float64) Check {
	return Check{
		variant, fmt.Sprintf("%s: at most %g", what, bound),
		func(r Result) bool { return figure(r) <= bound },
		func(r Result) string { return fmt.Sprintf("%.3g", figure(r)) },
	}
}

func share(status int) func(Result) float64 {
	return func(r Result) float64 { return float64(r.Status(status)) / float64(max(1, len(r.Visits))) }
}

// recovery is the time to recovery in seconds; without a recovery it is all the time that was left.
func recovery(r Result) float64 {
	d, ok := r.Recovery()
	if !ok {
		d = afterwards
	}
	return d.Seconds()
}

// median503 is the median time to a 503 in seconds; a minute if there was none.
func median503(r Result) float64 {
	d, ok := r.Took(0.5, func(v Visit) bool { return v.Status == 503 })
	if !ok {
		d = time.Minute
	}
	return d.Seconds()
}

// Failed lists the checks that a result fails, in words.
func Failed(r Result) []string {
	if r.Err != nil {
		return []string{r.Err.Error()}
	}
	var failed []string
	for _, c := range Checks() {
		if c.Variant == strings.TrimSuffix(r.Variant.Name, realSuffix) && !c.holds(r) {
			failed = append(failed, fmt.Sprintf("%s; got %s", c.What, c.figure(r)))
		}
	}
	return append(failed, wrongAlerts(r)...)
}

// alerts lists the alerts that must fire in each variant that Prometheus watches. No other alert may
// fire.
func alerts() map[string][]string {
	return map[string][]string{
		UnboundedFIFO: {"LineLongerThanTimeout", "WorkForNobody"},
		UnboundedLIFO: {"LineLongerThanTimeout", "WorkForNobody"},
		Retried:       {"LineLongerThanTimeout", "WorkForNobody"},
		Bounded:       {"TargetRefuses"},
		BalancerLine:  {"BalancerHasALine"},
	}
}

// wrongAlerts says so if the alerts that fired are not exactly those that must fire.
func wrongAlerts(r Result) []string {
	if r.Watched == nil {
		return nil
	}
	wanted, got := alerts()[r.Variant.Name], slices.Sorted(slices.Values(r.Watched.Alerts))
	if slices.Equal(wanted, got) {
		return nil
	}
	return []string{fmt.Sprintf("the alerts %v; got %v", wanted, got)}
}

// FailedHealth lists the checks that a health case fails, in words.
func FailedHealth(h Health) []string {
	if h.Err != nil {
		return []string{h.Err.Error()}
	}
	total := h.AtOnce + h.Late + h.Refused
	down := len(h.Down) == targets
	var failed []string
	want := func(holds bool, what string) {
		if !holds {
			failed = append(failed, fmt.Sprintf("%s; got down %v, up %v; of %d requests, %d answered at once, %d late, %d refused", what, h.Down, h.Up, total, h.AtOnce, h.Late, h.Refused))
		}
	}
	switch h.Case.Name {
	case HealthBlocked:
		want(down && len(h.Up) == targets, "both targets go down and come up again")
		want(h.Refused > 0 && h.Late > 0, "requests first wait for the loop, then are refused")
	case HealthFull:
		want(len(h.Down) == 0, "no target goes down")
		want(h.AtOnce*10 >= total*9, "requests that need no thread are answered at once")
	case HealthQueued:
		want(down, "both targets go down")
		want(h.AtOnce*3 >= total && h.Refused*5 >= total, "requests that need no thread are answered at once, then refused")
	}
	return failed
}
