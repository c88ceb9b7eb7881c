package browser_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/target-server/target-server/tools/browser"
)

// readTable reads the table of figures: by row, then by column.
const readTable = `(() => {
  const table = document.getElementById("table"), all = {};
  const columns = [...(table.tHead.rows[0]?.cells ?? [])].map((c) => c.textContent);
  for (const row of table.tBodies[0].rows) {
    all[row.cells[0].textContent] = Object.fromEntries([...row.cells].slice(1).map((c, i) => [columns[i + 1], c.textContent.replaceAll(",", "")]));
  }
  return all;
})()`

// rows are the figures of /stats by the row of the table that has them.
var rows = map[string]string{
	"Running": "busy", "Waiting for a thread": "waiting", "Held: queued or running": "held", "Threads in use": "borrowed",
	"Limit of threads": "limit", "Most at once": "peak", "Held for clients that have left": "zombies", "Accepted": "accepted",
	"Started": "started", "Answered": "answered", "Refused": "refused", "Cancelled": "cancelled", "Left before the answer": "left",
}

// wanted is what the table should say.
func wanted(stats []map[string]any) map[string]map[string]string {
	all := map[string]map[string]string{}
	for row, field := range rows {
		all[row] = map[string]string{}
		var sum float64
		for _, w := range stats {
			all[row][fmt.Sprint("Worker ", w["number"])] = fmt.Sprint(w[field])
			sum += w[field].(float64)
		}
		if len(stats) > 1 {
			all[row]["All"] = fmt.Sprint(sum)
		}
	}
	return all
}

// agrees waits until the table says what /stats says.
func (s *server) agrees(tab *browser.Tab) {
	s.t.Helper()
	var got, want map[string]map[string]string
	waitFor(s.t, func() bool {
		want = wanted(s.stats())
		got = value[map[string]map[string]string](s.t, tab, readTable)
		for row := range want {
			if !maps.Equal(want[row], got[row]) {
				return false
			}
		}
		return true
	}, func() string { return fmt.Sprintf("the table says\n%v, and /stats\n%v", got, want) })
}

func ids(from, to int) (targets []string) {
	for i := from; i <= to; i++ {
		targets = append(targets, fmt.Sprintf("/?id=%d", i))
	}
	return targets
}

// label is what a screen reader is told of a canvas.
func label(t *testing.T, tab *browser.Tab, selector string) string {
	t.Helper()
	return value[string](t, tab, fmt.Sprintf("document.querySelector(%q)?.getAttribute('aria-label') ?? ''", selector))
}

// paints waits until a canvas has pixels of a colour of the style sheet.
func paints(t *testing.T, tab *browser.Tab, selector, colour string) {
	t.Helper()
	script := fmt.Sprintf(`(() => {
  const canvas = document.querySelector(%q);
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(%q).trim();
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let n = 0;
  for (let i = 0; i < all.length; i += 4) if (all[i] === r && all[i + 1] === g && all[i + 2] === b && all[i + 3] === 255) n++;
  return n;
})()`, selector, colour)
	var n int
	waitFor(t, func() bool {
		n = value[int](t, tab, script)
		return n > 100
	}, func() string { return fmt.Sprintf("%s has %d pixels of %s", selector, n, colour) })
}

// The page says what /stats says: threads and a queue, whose next request depends on the vintage.
func TestThreadpool(t *testing.T) {
	for vintage, next := range map[string]string{"2023-03": "Next is #8.", "current": "Next is #4."} {
		t.Run(vintage, func(t *testing.T) {
			s := start(t, "--vintage", vintage, "--limit", "3", "--sleep", "100ms")
			s.do("POST", "/hold")
			leave := s.sendInOrder(ids(1, 8)...)
			leave(5)
			tab := s.open(browser.Look{}, "")
			s.agrees(tab)
			says(t, tab, "#connection", "Live")
			says(t, tab, ".station.queue", "Queue5")
			says(t, tab, ".station.threads", "3 of 3")
			says(t, tab, "#server", vintage)
			if got := label(t, tab, ".queue canvas"); !strings.HasPrefix(got, "5 wait") || !strings.HasSuffix(got, next) {
				t.Errorf("the queue says %q, want %q", got, next)
			}
			paints(t, tab, ".lanes canvas", "--route-0")
			paints(t, tab, ".queue canvas", "--wait")
			s.do("POST", "/release")
			eventually(t, "all end", func() bool { return strings.Contains(s.do("GET", "/wait?busy=0&waiting=0&timeout=20s"), `"busy":0`) })
			s.agrees(tab)
			paints(t, tab, ".lanes canvas", "--route-0-done")
		})
	}
}

// A blocked loop is red, with what blocks it, and the connections that it has not accepted are those of the kernel.
func TestBlockedLoop(t *testing.T) {
	s := start(t, "--mode", "async-misuse", "--sleep", "1m")
	s.send("/?id=culprit")
	s.do("GET", "/wait?busy=1")
	s.send(ids(1, 7)...)
	tab := s.open(browser.Look{}, "")
	s.agrees(tab)
	says(t, tab, ".station.loop", "blockedby #culprit")
	says(t, tab, ".station.backlog", "7")
	says(t, tab, "#now-waiting", "7")
	paints(t, tab, ".lanes canvas", "--blocked")
	paints(t, tab, ".lanes canvas", "--wait")
	if got := label(t, tab, ".lanes canvas"); !strings.Contains(got, "The loop is blocked") {
		t.Errorf("the lanes say %q", got)
	}
	if value[bool](t, tab, `document.querySelector(".queue").checkVisibility()`) {
		t.Error("there is a queue for threads, which this mode does not need")
	}
	if value[bool](t, tab, `document.getElementById("limit").checkVisibility()`) {
		t.Error("there is a field for the limit of threads, which this mode does not use")
	}
}

// A block that is over between two frames is drawn, too, for as long as it took.
func TestShortBlock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "block.yaml")
	if err := os.WriteFile(file, []byte("routes:\n  GET /: {async: [{block: 10ms}, {sleep: 1m}]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, "--program", file)
	tab := s.open(browser.Look{}, "")
	s.agrees(tab)
	s.send("/?id=7")
	do(t, tab, chromedp.Focus(chromedp.CSS(".lanes canvas")))
	var said string
	waitFor(t, func() bool {
		do(t, tab, chromedp.KeyEvent(kb.Home)) // the loop is the first lane
		said = value[string](t, tab, `document.getElementById("details").textContent`)
		return strings.Contains(said, "#7 GET / handler on the loop, ") && strings.Contains(said, ", took 1")
	}, func() string { return said })
}

// Handlers that share the loop are lanes of coroutines.
func TestCooperative(t *testing.T) {
	s := start(t, "--mode", "cooperative", "--sleep", "1m")
	s.send(ids(1, 20)...)
	s.do("GET", "/wait?busy=20")
	tab := s.open(browser.Look{}, "")
	s.agrees(tab)
	says(t, tab, ".station.threads", "Running20")
	says(t, tab, ".worker-head h2", "20\u00a0connections")
	paints(t, tab, ".lanes canvas", "--route-0")
}

// A program has pools: who holds a connection, and who waits for one.
func TestProgram(t *testing.T) {
	s := start(t, "--program", "crud")
	s.do("POST", "/hold")
	var targets []string
	for i := range 30 {
		targets = append(targets, fmt.Sprintf("/items/%d", i))
	}
	s.send(targets...)
	tab := s.open(browser.Look{}, "")
	waitFor(t, func() bool { return strings.Contains(s.do("GET", "/stats"), `"held":30`) }, func() string { return s.do("GET", "/stats") })
	s.agrees(tab)
	says(t, tab, "#legend", "GET /items/{id}")
	pool := s.stats()[0]["pools"].([]any)[0].(map[string]any)
	want := fmt.Sprintf("%v of %v in use", pool["in_use"], pool["size"].(float64)+pool["overflow"].(float64))
	says(t, tab, ".pool h3", want)
	eventually(t, "each holder has a cell", func() bool {
		return value[float64](t, tab, `document.querySelectorAll(".pool .used").length`) == pool["in_use"]
	})
	if got := value[map[string]map[string]string](t, tab, readTable)["Pool db: in use"]["Worker 1"]; got != fmt.Sprint(pool["in_use"]) {
		t.Errorf("the table says that %s connections are in use, and /stats %v", got, pool["in_use"])
	}
	if value[bool](t, tab, `document.getElementById("sleep").checkVisibility()`) {
		t.Error("a program has a field for the sleep of the article's handler")
	}
}

// Each worker has its part of the page, and keeps it under its number when it is replaced.
func TestWorkers(t *testing.T) {
	s := start(t, "--workers", "3", "--limit", "2", "--respawn")
	s.do("POST", "/hold")
	s.send(ids(1, 12)...)
	tab := s.open(browser.Look{}, "")
	eventually(t, "all are accepted", func() bool { return s.accepted() == 12 })
	s.agrees(tab)
	for i := 1; i <= 3; i++ {
		says(t, tab, fmt.Sprintf(".worker:nth-of-type(%d) h2", i), fmt.Sprintf("Worker %d", i))
	}
	pid := s.stats()[1]["worker"]
	kill(t, pid)
	eventually(t, "it is replaced", func() bool {
		all := s.stats()
		return len(all) == 3 && all[1]["worker"] != pid && all[1]["error"] == nil
	})
	s.agrees(tab)
	says(t, tab, ".worker:nth-of-type(2) h2", fmt.Sprint("pid ", int(s.stats()[1]["worker"].(float64))))
}
