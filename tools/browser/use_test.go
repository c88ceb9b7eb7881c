package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/target-server/target-server/tools/browser"
)

// kill ends a process by its number in /stats.
func kill(t *testing.T, pid any) {
	t.Helper()
	err := syscall.Kill(int(pid.(float64)), syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
}

// do acts on the page.
func do(t *testing.T, tab *browser.Tab, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	err := tab.Do(actions...)
	if err != nil {
		t.Fatal(err)
	}
}

// enter replaces the text of a field and presses the key Enter.
func enter(t *testing.T, tab *browser.Tab, id, text string) {
	t.Helper()
	do(t, tab, chromedp.Focus(chromedp.ID(id)))
	value[string](t, tab, fmt.Sprintf("document.getElementById(%q).select()", id)+" ?? ''")
	do(t, tab, chromedp.KeyEvent(text+kb.Enter))
}

func click(t *testing.T, tab *browser.Tab, id string) {
	t.Helper()
	do(t, tab, chromedp.Click(chromedp.ID(id)))
}

// Every control does what it says, and shows what the server says is wrong.
func TestControls(t *testing.T) {
	s := start(t, "--limit", "2", "--sleep", "1h")
	tab := s.open(browser.Look{}, "", "status of 400")
	fields := ""
	waitFor(t, func() bool {
		fields = value[string](t, tab, `document.getElementById("limit").value + " " + document.getElementById("sleep").value`)
		return fields == "2 1h"
	}, func() string { return "the fields are " + fields })
	is := func(field string, want any) {
		t.Helper()
		eventually(t, fmt.Sprint(field, " is ", want), func() bool { return s.stats()[0][field] == want })
	}
	enter(t, tab, "limit", "3")
	says(t, tab, "#feedback", "The limit is 3.")
	is("limit", 3.0)
	enter(t, tab, "limit", "none")
	says(t, tab, "#mistake", `"none"`)
	if got := text(t, tab, "#feedback"); got != "" {
		t.Errorf("after a mistake it also says %q", got)
	}
	enter(t, tab, "sleep", "2h")
	says(t, tab, "#feedback", "sleep 2h")
	if got := text(t, tab, "#mistake"); got != "" {
		t.Errorf("after a correct command it still says %q", got)
	}
	enter(t, tab, "sleep", "soon")
	says(t, tab, "#mistake", "is not a duration")

	click(t, tab, "pause")
	is("paused", true)
	says(t, tab, ".station.loop", "paused")
	eventually(t, "the button is pressed", func() bool {
		return value[string](t, tab, `document.getElementById("pause").getAttribute("aria-pressed")`) == "true"
	})
	click(t, tab, "resume")
	is("paused", false)
	says(t, tab, ".station.loop", "serves")

	enter(t, tab, "sleep", "1ms")
	says(t, tab, "#feedback", "sleep 1ms")
	click(t, tab, "hold")
	is("holding", true)
	s.send(ids(1, 6)...)
	is("busy", 3.0)
	enter(t, tab, "release", "2")
	says(t, tab, "#feedback", "Released 2 handlers")
	is("answered", 2.0)
	is("busy", 3.0)
	enter(t, tab, "release", "0")
	says(t, tab, "#mistake", "accepted: a whole number from 1")
	click(t, tab, "release-all")
	is("answered", 6.0)
	is("holding", false)
	click(t, tab, "reset")
	is("answered", 0.0)
	is("limit", 2.0)
	says(t, tab, "#feedback", "Reset")
	s.agrees(tab)
}

// With a token, the page asks for it, keeps it in memory only, and works with it.
func TestToken(t *testing.T) {
	s := start(t, "--admin-token", "hush-hush")
	s.token = "hush-hush"
	tab := s.open(browser.Look{}, "", "status of 401")
	says(t, tab, "#connection", "A token is needed")
	for _, secret := range []string{"uvicorn", "2023-03", "127.0.0.1"} {
		if got := value[string](t, tab, "document.body.innerText"); strings.Contains(got, secret) {
			t.Errorf("without the token the page says %q:\n%s", secret, got)
		}
	}
	if value[string](t, tab, "document.activeElement.id") != "token" {
		t.Error("the field has no focus")
	}
	enter(t, tab, "token", "wrong")
	says(t, tab, "#token-error", "does not accept")
	enter(t, tab, "token", s.token)
	says(t, tab, "#connection", "Live")
	enter(t, tab, "limit", "7")
	says(t, tab, "#feedback", "The limit is 7.")
	s.agrees(tab)
	kept := value[string](t, tab, `JSON.stringify([location.href, {...localStorage}, {...sessionStorage}, document.cookie, history.state,
		document.documentElement.outerHTML, [...document.querySelectorAll("input")].map((i) => i.value),
		performance.getEntriesByType("resource").map((e) => e.name)])`)
	if strings.Contains(kept, "hush") {
		t.Errorf("the token is in %s", kept)
	}
	do(t, tab, chromedp.Reload())
	says(t, tab, "#connection", "A token is needed")
}

// When the server ends, the page says so, and goes on by itself when it is back.
func TestReconnects(t *testing.T) {
	s := start(t, "--limit", "4")
	tab := s.open(browser.Look{}, "", "ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET")
	says(t, tab, "#connection", "Live")
	s.kill()
	says(t, tab, "#connection", "Trying again")
	enter(t, tab, "limit", "5")
	says(t, tab, "#mistake", "cannot be reached")
	again := start(t, "--limit", "6", "--addr", s.addr, "--admin-addr", strings.TrimPrefix(s.admin, "http://"))
	says(t, tab, "#connection", "Live")
	again.agrees(tab)
}

// What clients send is shown as text, without what could reorder, hide or break other text, and is cut short.
func TestHostileIDs(t *testing.T) {
	s := start(t, "--limit", "2")
	s.do("POST", "/hold")
	hostile := []string{
		"<script>window.broken=1</script>", "<img src=x onerror=window.broken=1>", "%22%3E%3Csvg/onload=window.broken=1%3E", "javascript:window.broken=1",
		"%E2%80%AEgnp.exe", "%D8%B9%D8%B1%D8%A8%D9%8A", "%1B%5B31mred", "%00nul", "a" + strings.Repeat("%CC%81", 500), "%EF%B7%BD%EF%B7%BD", "%F3%A0%81%81tag",
		strings.Repeat("x", 60_000), "__proto__", "constructor", "%ff%fe",
	}
	var targets []string
	for _, id := range hostile {
		targets = append(targets, "/?id="+strings.ReplaceAll(id, " ", "%20"))
	}
	s.sendInOrder(targets[:2]...)
	s.send(targets[2:]...)
	tab := s.open(browser.Look{}, "")
	eventually(t, "some wait", func() bool { return s.stats()[0]["waiting"].(float64) >= 10 })
	s.agrees(tab)
	var told strings.Builder
	for y := 10; y < 240; y += 18 { // each row tells its request in the line below
		move := fmt.Sprintf(`(() => { const c = document.querySelector(".queue canvas"); c.dispatchEvent(new PointerEvent("pointermove", { clientX: c.getBoundingClientRect().x + 60, clientY: c.getBoundingClientRect().y + %d, bubbles: true })); return document.getElementById("details").textContent; })()`, y)
		got := value[string](t, tab, move)
		if len(got) > 400 {
			t.Errorf("the details are %d bytes long", len(got))
		}
		told.WriteString(got + "\n")
	}
	if got := value[string](t, tab, `String(window.broken) + document.querySelectorAll("script").length + document.querySelectorAll("img, svg, iframe").length`); got != "undefined20" {
		t.Errorf("markup came from an id: %s", got)
	}
	all := value[string](t, tab, `document.body.textContent + [...document.querySelectorAll("[aria-label]")].map((e) => e.getAttribute("aria-label")).join()`)
	if n := strings.Count(told.String(), "\ufffd"); n < 4 || !strings.Contains(told.String(), `"><svg/onload=`) {
		t.Errorf("%d characters are replaced in\n%s", n, told.String())
	}
	all += told.String()
	if i := strings.IndexAny(all, "\u202e\x1b\x00\u2066\u200f\U000e0041"); i >= 0 {
		t.Errorf("a harmful character is shown: %q", all[max(0, i-20):i+20])
	}
	if width := value[int](t, tab, "document.documentElement.scrollWidth"); width > 1280 {
		t.Errorf("the page is %d pixels wide", width)
	}
}

// Everything can be reached and used by the keyboard, in the order in which it is seen.
func TestKeyboard(t *testing.T) {
	s := start(t, "--limit", "3")
	s.do("POST", "/hold")
	s.sendInOrder(ids(1, 5)...)
	tab := s.open(browser.Look{}, "")
	says(t, tab, ".station.threads", "3 of 3")
	var order []string
	for range 17 {
		do(t, tab, chromedp.KeyEvent(kb.Tab))
		order = append(order, value[string](t, tab, `(() => { const e = document.activeElement; return e.id || e.textContent.trim() || e.tagName; })()`))
	}
	want := "Skip to the controls, limit, Set, sleep, Set, pause, resume, hold, release, Release, release-all, reset, freeze, CANVAS"
	if got := strings.Join(order, ", "); !strings.HasPrefix(got, want) {
		t.Errorf("the order is %s, want %s", got, want)
	}
	do(t, tab, chromedp.Focus(chromedp.CSS(".lanes canvas")), chromedp.KeyEvent(kb.End))
	says(t, tab, "#details", "#3 in thread 3")
	do(t, tab, chromedp.KeyEvent(kb.ArrowUp))
	says(t, tab, "#details", "#2 in thread 2")
	do(t, tab, chromedp.Focus(chromedp.ID("freeze")), chromedp.KeyEvent(" "))
	says(t, tab, "#freeze", "Go on with the picture")
	do(t, tab, chromedp.Focus(chromedp.ID("release-all")), chromedp.KeyEvent(kb.Enter))
	says(t, tab, "#feedback", "Released all")
	visible := value[bool](t, tab, `getComputedStyle(document.activeElement).outlineStyle !== "none"`)
	if !visible {
		t.Error("the focus cannot be seen")
	}
}

// At each width, in both colours, nothing is wider than the screen, and all controls can be seen.
func TestFits(t *testing.T) {
	s := start(t, "--workers", "2", "--limit", "12")
	s.do("POST", "/hold")
	s.send(ids(1, 60)...)
	tab := s.open(browser.Look{}, "")
	says(t, tab, "#connection", "Live")
	for _, width := range []int{360, 390, 820, 1000, 1440, 2560} {
		for _, dark := range []bool{false, true} {
			err := tab.Look(browser.Look{Width: width, Height: 900, Dark: dark})
			if err != nil {
				t.Fatal(err)
			}
			eventually(t, "the canvases are drawn again", func() bool {
				return value[bool](t, tab, `[...document.querySelectorAll(".worker:first-child canvas")].every((c) => Math.abs(c.width - c.clientWidth) < 2)`)
			})
			if got := value[int](t, tab, "document.documentElement.scrollWidth"); got > width {
				wide := value[string](t, tab, `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.tagName + "." + e.className).slice(0, 5).join()`)
				t.Errorf("at a width of %d it is %d wide: %s", width, got, wide)
			}
			ground := value[string](t, tab, "getComputedStyle(document.body).backgroundColor")
			if (ground == "rgb(17, 21, 24)") != dark {
				t.Errorf("dark %v: the ground is %s", dark, ground)
			}
		}
	}
}

// The policy holds even against a script of the page itself.
func TestPolicy(t *testing.T) {
	s := start(t)
	tab := s.open(browser.Look{}, "", "policy: ", "Content Security Policy", "violates", "Refused to")
	says(t, tab, "#connection", "Live")
	got := value[string](t, tab, `(async () => {
  const tried = [];
  const script = document.createElement("script");
  script.textContent = "window.broken = 1";
  document.head.append(script);
  tried.push("inline script " + window.broken);
  const style = document.createElement("style");
  style.textContent = "body { color: rgb(1, 2, 3) }";
  document.head.append(style);
  tried.push("inline style " + (getComputedStyle(document.body).color === "rgb(1, 2, 3)"));
  for (const url of ["http://127.0.0.1:1/", "data:text/plain,x", "http://localhost:" + location.port + "/stats"]) {
    tried.push("fetch " + await fetch(url).then(() => "works", () => "fails"));
  }
  setTimeout("window.evaluated = 1");
  await new Promise((done) => setTimeout(done, 50));
  tried.push("text as code " + window.evaluated);
  return tried.join(", ");
})()`)
	if want := "inline script undefined, inline style false, fetch fails, fetch fails, fetch fails, text as code undefined"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	answer, err := http.Get(s.admin + "/")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("the policy is %s", policy)
	}
}
