package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/program/explain"
)

// circles lists circular waits: with how many requests, who holds and awaits what, and until when.
func circles(r explain.Report) string {
	var all []string
	for _, c := range r.CircularWaits {
		var line strings.Builder
		fmt.Fprintf(&line, "%d:", c.Requests)
		for _, g := range c.Holders {
			fmt.Fprintf(&line, " %d hold %s await %s;", g.Requests, strings.Join(g.Holds, "+"), g.WaitsFor)
		}
		all = append(all, line.String()+fmt.Sprintf(" until %gs", c.Until))
	}
	return strings.Join(all, "\n")
}

func TestCircularWaits(t *testing.T) {
	const two = `
pools: {p: {size: 4, overflow: 0, timeout: 9s}, q: {size: 2, overflow: 1, timeout: 5s}}
dependencies:
  inP: {session: p}
  inQ: {session: q}
  both: {depends: [inP, inQ], def: [{query: 1ms, pool: p}, {query: 1ms, pool: q}]}
  other: {depends: [inP, inQ], def: [{query: 1ms, pool: q}, {query: 1ms, pool: p}]}
`
	six := explain.Conditions{Threads: 6, Order: limiter.FIFO}
	for _, c := range []struct {
		name, text string
		on         explain.Conditions
		want       string
	}{
		{
			"connections held between two threads", database + "routes: {GET /: {depends: [session, user], def: []}}", six,
			"9: 6 hold a thread await db; 3 hold db await a thread; until 3s",
		},
		{
			"with the defaults", "pools: {db: {}}\ndependencies: {session: {session: db}, user: {depends: [session], def: [{query: 3ms}]}}\n" +
				"routes: {GET /: {depends: [session, user], def: []}}",
			explain.Conditions{},
			"55: 40 hold a thread await db; 15 hold db await a thread; until 30s",
		},
		{
			"two routes together", database + "routes: {GET /: {depends: [user], async: [], background: [{def: []}]}, GET /x: {def: [{query: 1s}]}}", six,
			"9: 6 hold a thread await db; 3 hold db await a thread; until 3s",
		},
		{"connections taken in the handler alone", database + "routes: {GET /: {depends: [session], def: [{query: 1s}]}}", six, ""},
		{"connections without a session", database + "routes: {GET /: {def: [{query: 1s}, {query: 1s}], response_model: true, background: [{def: [{query: 1s}]}]}}", six, ""},
		{
			"validation after a query", database + "routes: {GET /: {depends: [session], def: [{query: 1s}], response_model: true}}", six,
			"9: 6 hold a thread await db; 3 hold db await a thread; until 3s",
		},
		{
			"exits need no token", database + "routes: {GET /: {depends: [user, audit], async: []}}", six,
			"9: 6 hold a thread await db; 3 hold db await a thread; until 3s",
		},
		{"not if nothing comes after", database + "routes: {GET /: {depends: [audit, user], async: []}}", six, ""},
		{
			"a raise that does not always happen", database + "routes: {GET /: {depends: [session], def: [{query: 1s}, {share: 10%, do: [{raise: 503}]}], response_model: true}}", six,
			"9: 6 hold a thread await db; 3 hold db await a thread; until 3s",
		},
		{
			"a query in an exit within the session", database + "  late: {yield: true, def: [], exit: [{query: 1s}]}\nroutes: {GET /: {depends: [user, late], async: []}}", six,
			"3: 3 hold db await db; until 3s",
		},
		{"a query in an exit after the session's", database + "  late: {yield: true, def: [], exit: [{query: 1s}]}\nroutes: {GET /: {depends: [late, user], async: []}}", six, ""},
		{"any number of threads", database + "routes: {GET /: {depends: [session, user], def: []}}", explain.Conditions{Threads: -1}, ""},
		{
			"a request waits for itself and its like", database + "routes: {GET /: {depends: [user], def: [{query: 1s}]}}\n", six,
			"9: 6 hold a thread await db; 3 hold db await a thread; until 3s",
		},
		{
			"a function without the session", database + "  out: {def: [{query: 1s}]}\nroutes: {GET /: {depends: [user, out], async: []}}", six,
			"3: 3 hold a thread+db await db; until 3s",
		},
		{
			"two pools in two orders", two + "routes: {GET /a: {depends: [both], async: []}, GET /b: {depends: [other], async: []}}",
			explain.Conditions{},
			"7: 4 hold a thread+p await q; 3 hold a thread+q await p; until 5s",
		},
		{"which are held with threads", two + "routes: {GET /a: {depends: [both], async: []}, GET /b: {depends: [other], async: []}}", six, ""},
		{"one thread for a request", database + "routes: {GET /: {depends: [session, user], def: []}}", explain.Conditions{Terms: explain.OneThread, Threads: 6}, ""},
		{"two pools in one order", two + "routes: {GET /a: {depends: [both], async: []}}", explain.Conditions{}, ""},
		{
			"two pools with one thread for a request", two + "routes: {GET /a: {depends: [both], async: []}, GET /b: {depends: [other], async: []}}",
			explain.Conditions{Terms: explain.OneThread},
			"7: 4 hold a thread+p await q; 3 hold a thread+q await p; until 5s",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			check.Equal(t, "circular waits", circles(explain.Explain(read(t, c.text), c.on)), c.want)
		})
	}
}
