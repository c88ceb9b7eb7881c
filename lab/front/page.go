package front

import (
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/internal/markers"
)

// Fill inserts each table into a page, between the lines "<!-- front: NAME -->" and "<!-- front end
// -->".
func Fill(page string, tables map[string]string) (string, error) {
	return markers.Fill(page, "front", tables)
}

// Tables makes the page's tables from the results and the health cases; how describes the run (date,
// machine, versions).
func Tables(results map[string]Result, health []Health, how string) map[string]string {
	pick := func(names ...string) (all []Result) {
		for _, name := range names {
			if r, ok := results[name]; ok {
				all = append(all, r)
			}
		}
		return all
	}
	return map[string]string{
		"run":        how,
		"haproxy":    overloadTable(pick(UnboundedFIFO, UnboundedLIFO, Retried, Bounded, BoundedLIFO, Concurrency, ConcurrencyOff, BalancerLine)),
		"nginx":      overloadTable(pick(NginxUnbounded, NginxDefault, NginxRetried, NginxBounded, NginxMost, NginxMaxConns, NginxLimitConn, NginxLimitReq)),
		"real":       realTable(results),
		"leavers":    leaversTable(pick(LeaversTarget, LeaversKept, LeaversDropped, LeaversNginx)),
		"health":     healthTable(health),
		"prometheus": watchTable(pick(UnboundedFIFO, UnboundedLIFO, Retried, Bounded, BalancerLine)),
	}
}

func overloadTable(results []Result) string {
	var b strings.Builder
	b.WriteString("| settings | 200 | 504 | 502 | 503 | time to a 503, median and 99 % | answered in the overload, of capacity | wasted thread time | runs per client | recovered after |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %s | %s | %s | %s | %.2f | %s |\n", r.Variant.Title, r.Status(200), r.Status(504), r.Status(502),
			refusals(r), r.took(503), percent(r.Goodput()), percent(r.ForNobody()), r.PerVisit(), again(r))
	}
	return b.String()
}

// refusals says how many 503s there were, and who sent them.
func refusals(r Result) string {
	own := r.Count(func(v Visit) bool { return v.Status == 503 && v.Balancer })
	switch all := r.Status(503); {
	case all == 0:
		return "0"
	case own == all:
		return fmt.Sprintf("%d by %s", all, r.Variant.Balancer)
	case own == 0:
		return fmt.Sprintf("%d by the targets", all)
	default:
		return fmt.Sprintf("%d, %d of them by %s", all, own, r.Variant.Balancer)
	}
}

// took gives the median and the 99th percentile of the time that answers with this status took.
func (r Result) took(status int) string {
	is := func(v Visit) bool { return v.Status == status }
	half, ok := r.Took(0.5, is)
	if !ok {
		return ""
	}
	most, _ := r.Took(0.99, is)
	return fmt.Sprintf("%s, %s", span(half), span(most))
}

// again says how long the recovery took.
func again(r Result) string {
	d, ok := r.Recovery()
	switch {
	case !ok:
		return fmt.Sprintf("not within %v", afterwards)
	case d < 50*time.Millisecond:
		return "at once"
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// realTable shows target-server and FastAPI on Uvicorn side by side.
func realTable(results map[string]Result) string {
	var b strings.Builder
	b.WriteString("| settings | targets | 200 | 504 | 503 | answered in the overload, of capacity | wasted thread time | recovered after |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, v := range RealVariants() {
		ours := results[strings.TrimSuffix(v.Name, realSuffix)]
		if v.Leavers {
			v.Title += "; every second client leaves"
		}
		for _, r := range []Result{results[v.Name], ours} {
			name := map[bool]string{true: "FastAPI on Uvicorn", false: "target-server"}[r.Variant.Real]
			fmt.Fprintf(&b, "| %s | %s | %d | %d | %s | %s | %s | %s |\n", v.Title, name, r.Status(200), r.Status(504), refusals(r),
				percent(r.Goodput()), percent(r.ForNobody()), again(r))
		}
	}
	return b.String()
}

func leaversTable(results []Result) string {
	var b strings.Builder
	b.WriteString("| settings | clients that left | wasted thread time | requests whose client left, by the targets' count | answered, of clients that stayed | time to a 200, median and 99 % |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range results {
		gone := r.Count(func(v Visit) bool { return v.Left })
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s |\n", r.Variant.Title, gone, percent(r.ForNobody()), percent(r.SeenLeft()),
			percent(float64(r.Status(200))/float64(max(1, len(r.Visits)-gone))), r.took(200))
	}
	return b.String()
}

func healthTable(all []Health) string {
	var b strings.Builder
	b.WriteString("| targets | HAProxy checks | both out (DOWN) after | back (UP) after | HAProxy's reason | requests that need no thread: answered at once | later | 503 by HAProxy |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, h := range all {
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %d | %d | %d |\n", strings.TrimSuffix(h.Case.Name, ", a check that needs a thread"), h.Case.Check,
			last(h.Down), last(h.Up), h.Reason, h.AtOnce, h.Late, h.Refused)
	}
	return b.String()
}

// last is the time at which the last of the targets changed state.
func last(all []time.Duration) string {
	if len(all) < targets {
		return "never"
	}
	return fmt.Sprintf("%.1f s", all[targets-1].Seconds())
}

func watchTable(results []Result) string {
	var b strings.Builder
	b.WriteString("| the highest value of |")
	for _, r := range results {
		b.WriteString(" " + r.Variant.Title + " |")
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(results)) + "\n")
	for _, q := range Queries() {
		b.WriteString("| `" + q + "` |")
		for _, r := range results {
			b.WriteString(" " + most(r, q) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("| alerts that fired |")
	for _, r := range results {
		alerts := "none"
		if r.Watched != nil && len(r.Watched.Alerts) > 0 {
			alerts = "`" + strings.Join(r.Watched.Alerts, "`, `") + "`"
		}
		b.WriteString(" " + alerts + " |")
	}
	return b.String() + "\n"
}

func most(r Result, query string) string {
	if r.Watched == nil {
		return "not watched"
	}
	v, ok := r.Watched.Most[query]
	if !ok {
		return "none"
	}
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// span formats a duration for a reader: two digits at most.
func span(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	}
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
