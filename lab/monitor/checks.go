package monitor

import (
	"fmt"
	"slices"
	"strings"
)

// alerts are those that must fire in the scene: all that there are.
func alerts() []string {
	return []string{"BacklogFull", "LoopBlocked", "PoolExhausted", "PoolTimeouts", "WorkerReplaced", "WorkerSilent"}
}

// Checks lists what is wrong with a result.
func Checks(r Result) []string {
	var failed []string
	for _, q := range r.Empty {
		failed = append(failed, fmt.Sprintf("panel %q, query %s returns no number: %s", q.Panel, q.Ref, q.Expr))
	}
	if got := slices.Sorted(slices.Values(r.Alerts)); !slices.Equal(got, alerts()) {
		failed = append(failed, fmt.Sprintf("the alerts that fired are %v, want %v", got, alerts()))
	}
	failed = append(failed, r.Lint...)
	for i, kind := range r.Types {
		if want := []string{"text/plain", "application/openmetrics-text"}[i%2]; !strings.HasPrefix(kind, want) {
			failed = append(failed, fmt.Sprintf("an answer that was to be %s is %s", want, kind))
		}
	}
	for i, row := range r.Series {
		for k, c := range columns() {
			if highest(row[k]) == 0 && (i == len(r.Series)-1 || c.everywhere) {
				failed = append(failed, fmt.Sprintf("the picture of %s shows nothing of %q", r.Names[i], c.title))
			}
		}
	}
	return failed
}
