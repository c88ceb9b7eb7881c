// Command picture writes what a browser shows of a page as PNGs: at each width in both colours.
//
//	picture --url http://127.0.0.1:9090/ --out dist/page --sizes 1440x900,820x1180,390x844
//
// writes dist/page-1440-light.png, dist/page-1440-dark.png and so on.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/target-server/target-server/tools/browser"
)

func main() {
	err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func run() error {
	url := flag.String("url", "", "address of the page")
	out := flag.String("out", "page", "how the files' names begin")
	sizes := flag.String("sizes", "1440x900,820x1180,390x844", "widths and heights in CSS pixels")
	after := flag.Duration("after", 10*time.Second, "how long the page is open before the first picture")
	colours := flag.String("colours", "light,dark", "colour schemes")
	whole := flag.Bool("whole", false, "the whole page, not only what fits")
	few := flag.Bool("small", false, "256 colours, for a smaller file")
	scale := flag.Float64("scale", 1, "device pixels in a CSS pixel")
	flag.Parse()
	b, err := browser.Start(context.Background())
	if err != nil {
		return err
	}
	defer b.Close()
	tab, err := b.Open(*url, browser.Look{Width: 1440, Height: 900}, "")
	if err != nil {
		return err
	}
	time.Sleep(*after)
	for size := range strings.SplitSeq(*sizes, ",") {
		for colour := range strings.SplitSeq(*colours, ",") {
			look := browser.Look{Dark: colour == "dark", Scale: *scale, Still: true} // so that nothing is half moved
			_, err := fmt.Sscanf(size, "%dx%d", &look.Width, &look.Height)
			if err != nil {
				return fmt.Errorf("size %q: %w", size, err)
			}
			err = write(tab, look, *whole, *few, fmt.Sprintf("%s-%d-%s.png", *out, look.Width, colour))
			if err != nil {
				return err
			}
		}
	}
	for _, text := range tab.Complaints() {
		fmt.Fprintln(os.Stderr, "picture: the page complains:", text)
	}
	return nil
}

// write takes a picture once the page has settled.
func write(tab *browser.Tab, look browser.Look, whole, few bool, name string) error {
	err := tab.Look(look)
	if err != nil {
		return err
	}
	time.Sleep(2500 * time.Millisecond)
	png, err := tab.Picture(whole)
	if err == nil && few {
		png, err = small(png)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(name, png, 0o644)
}
