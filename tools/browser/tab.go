package browser

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// ErrNoBrowser says that no Chromium is installed.
var ErrNoBrowser = errors.New("no chromium, chromium-browser or google-chrome in PATH")

// Browser is a running Chromium.
type Browser struct {
	ctx  context.Context //nolint:containedctx // chromedp keeps its connection in it
	stop func()
}

// Start starts a Chromium that has no window. It ends with ctx, or with Close.
func Start(ctx context.Context) (*Browser, error) {
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		found, err := exec.LookPath(name)
		if err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, ErrNoBrowser
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox,                           // it may run as root, and opens our own pages only
		chromedp.Flag("disable-dev-shm-usage", true), // which is small in containers
		chromedp.Flag("force-color-profile", "srgb"), // the same pictures everywhere
	)
	allocator, release := chromedp.NewExecAllocator(ctx, options...)
	first, stop := chromedp.NewContext(allocator)
	err := chromedp.Do(first, chromedp.Navigate("about:blank"))
	if err != nil {
		stop()
		release()
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return &Browser{first, func() { stop(); release() }}, nil
}

// Close ends the browser.
func (b *Browser) Close() { b.stop() }

// Look is how a tab shows a page.
type Look struct {
	Width, Height int // in CSS pixels
	Dark          bool
	Still         bool    // the user wants little motion
	Scale         float64 // device pixels in a CSS pixel; 1 if it is 0
}

// Tab is a page in the browser.
type Tab struct {
	ctx   context.Context //nolint:containedctx // as in Browser
	Close func()

	mu        sync.Mutex
	complains []string
}

// Open opens a page. before, if not empty, is a script that runs before those of the page.
func (b *Browser) Open(url string, look Look, before string) (*Tab, error) {
	ctx, stop := chromedp.NewContext(b.ctx)
	t := &Tab{ctx: ctx, Close: stop}
	err := errors.Join(chromedp.Listen(ctx, t.heard), t.prepare(look, watchPolicy+before))
	if err == nil {
		err = t.Do(chromedp.Navigate(url))
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("open %s: %w", url, err)
	}
	return t, nil
}

// watchPolicy has the page complain on the console about each violation of its policy.
const watchPolicy = `document.addEventListener("securitypolicyviolation", (e) => console.error("policy: " + e.violatedDirective + " " + e.blockedURI));`

// prepare sets how the tab shows the next page, and what runs before it.
func (t *Tab) prepare(look Look, script string) error {
	_, err := chromedp.Call(t.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	return errors.Join(err, t.Look(look))
}

// Look changes how the tab shows its page.
func (t *Tab) Look(look Look) error {
	scheme, motion, scale := "light", "no-preference", look.Scale
	if look.Dark {
		scheme = "dark"
	}
	if look.Still {
		motion = "reduce"
	}
	if scale == 0 {
		scale = 1
	}
	_, wrongSize := chromedp.Call(t.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(look.Width), Height: int64(look.Height), DeviceScaleFactor: scale,
	})
	_, wrongMedia := chromedp.Call(t.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion}},
	})
	return errors.Join(wrongSize, wrongMedia)
}

// heard notes what a user would find in the console as an error.
func (t *Tab) heard(event any) {
	var text string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text = fmt.Sprintf("exception: %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			for _, arg := range e.Args {
				text += string(arg.Value) + arg.Description + " "
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			text = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
	if text == "" {
		return
	}
	t.mu.Lock()
	t.complains = append(t.complains, strings.TrimSpace(text))
	t.mu.Unlock()
}

// Complaints are the errors and warnings of the console so far, exceptions and violations of the policy included.
func (t *Tab) Complaints() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.complains...)
}

// Do runs actions, for half a minute at most.
func (t *Tab) Do(actions ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, 30*time.Second)
	defer cancel()
	return chromedp.Do(ctx, actions...)
}

// Value evaluates an expression of JavaScript, and waits for it if it is a promise.
func Value[T any](t *Tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, 30*time.Second)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return value, fmt.Errorf("%s: %w", expression, err)
	}
	return value, nil
}

// Picture is what the tab shows, or the whole page, as a PNG.
func (t *Tab) Picture(whole bool) ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, 30*time.Second)
	defer cancel()
	if whole {
		return chromedp.Run(ctx, chromedp.FullScreenshot(100))
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}
