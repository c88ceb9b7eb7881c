package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/target-server/target-server/plot"
	"github.com/target-server/target-server/plot/raster"
	"github.com/target-server/target-server/plot/runs"
)

const plotHelp = `target-server plot draws what became of the requests of a run, or of up to four runs over each
other: in which order they started, when they ended, how many were running and waiting, how long
each took, and what each thread did.

Usage:
  target-server plot [FLAGS] FILE... --out PICTURE

  FILE is the log of a server that ran with --log-format json (its other lines are skipped), a file
  that --trace wrote, a CSV with the same columns, or what GET /requests answered. It may be
  compressed by gzip. A dash reads standard input.

  --out FILE       the picture; its name ends in .svg or .png
  --panels LIST    which panels to draw, with commas between them: starts, finishes, running,
                   latency, threads (default all)
  --title TEXT     the title of the picture
  --theme NAME     light or dark, for a PNG; an SVG has both, and shows the one that the reader's
                   system is set to (default light)

The picture is written whole or not at all. Its size does not grow with the number of requests. It
shows 100 threads at most, and says how many more there are.

Examples:
  target-server --vintage=2023-03 --limit=4 --sleep=500ms --log-format=json > old.ndjson
  target-server --vintage=current --limit=4 --sleep=500ms --log-format=json > new.ndjson
  target-server plot old.ndjson new.ndjson --out=order.svg --panels=starts,latency
  curl -s localhost:9090/requests | target-server plot - --out=now.png

Exit status: 0 if the picture was written, 1 if it could not be, 2 if the input was wrong.
`

const plotFlags = "--out, --panels, --title, --theme"

// plotting is what a picture was asked for.
type plotting struct {
	files   []string
	out     string
	theme   plot.Theme
	options runs.Options
}

func (p program) runPlot(_ context.Context, args []string, std streams) int {
	asked, err := readPlot(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(std.out, plotHelp)
		return exitFine
	case err != nil:
		return wrong(std, err)
	}
	all, err := asked.read(std)
	if err != nil {
		return wrong(std, err)
	}
	if err := asked.write(runs.Draw(all, asked.options)); err != nil {
		complain(std, fmt.Errorf("plot: %w", err))
		return exitFail
	}
	return exitFine
}

func readPlot(args []string) (plotting, error) {
	p := plotting{}
	set := flag.NewFlagSet("plot", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&p.out, "out", "", "")
	set.StringVar(&p.options.Title, "title", "", "")
	panels := set.String("panels", strings.Join(runs.Panels(), ","), "")
	theme := set.String("theme", "", "")
	files, err := anyOrder(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return p, err
	case err != nil:
		return p, flagError(err, "plot", plotFlags)
	}
	p.files = files
	if err := p.checkFiles(); err != nil {
		return p, err
	}
	if p.options.Panels, err = readPanels(*panels); err != nil {
		return p, err
	}
	if p.theme, err = readTheme(*theme, p.out); err != nil {
		return p, err
	}
	return p, checkOut(p.out)
}

// checkFiles checks the arguments after the flags.
func (p plotting) checkFiles() error {
	dashes := 0
	for _, file := range p.files {
		if file == "-" {
			dashes++
		}
	}
	switch {
	case len(p.files) == 0:
		return errors.New("plot: no file is given; accepted: one or more, as in: target-server plot run.ndjson --out run.svg")
	case len(p.files) > runs.MostRuns:
		return fmt.Errorf("plot: %d files are given; accepted: 1 to %d", len(p.files), runs.MostRuns)
	case dashes > 1:
		return errors.New("plot: standard input (-) is given twice; give it once")
	}
	return nil
}

// readPanels reads --panels.
func readPanels(text string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(runs.Panels(), name) {
			return nil, fmt.Errorf("flag --panels: %s is unknown; accepted: %s", shown(name), strings.Join(runs.Panels(), ","))
		}
		names = append(names, name)
	}
	return names, nil
}

// readTheme reads --theme.
func readTheme(text, out string) (plot.Theme, error) {
	switch {
	case text == "":
		return plot.Light, nil
	case text != "light" && text != "dark":
		return 0, fmt.Errorf("flag --theme: %s is unknown; accepted: light, dark", shown(text))
	case strings.EqualFold(filepath.Ext(out), ".svg"):
		return 0, fmt.Errorf("flag --theme: %q is for a .png; an SVG has both themes, and the reader's system chooses", text)
	case text == "dark":
		return plot.Dark, nil
	}
	return plot.Light, nil
}

// checkOut checks --out, before a long file is read.
func checkOut(path string) error {
	const accepted = "accepted: a file whose name ends in .svg or .png"
	ending := strings.ToLower(filepath.Ext(path))
	switch {
	case path == "":
		return errors.New("flag --out: is missing; " + accepted + ", as in --out run.svg")
	case ending != ".svg" && ending != ".png":
		return fmt.Errorf("flag --out: %s is neither an SVG nor a PNG; %s", shown(path), accepted)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("flag --out: %s is a folder; %s", shown(path), accepted)
	}
	file, err := besides(path)
	if err != nil {
		return fmt.Errorf("flag --out: %s cannot be written (%w); accepted: a file in a folder that exists", shown(path), cause(err))
	}
	_ = file.Close()
	_ = os.Remove(file.Name())
	return nil
}

// besides creates a file under another name in the folder of a picture.
func besides(path string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), ".target-server-plot-*")
}

// cause is an error of the system without the name of the file.
func cause(err error) error {
	if of, ok := errors.AsType[*fs.PathError](err); ok {
		return of.Err
	}
	return err
}

// read reads the files, and warns of what was left out.
func (p plotting) read(std streams) ([]runs.Run, error) {
	var all []runs.Run
	for _, path := range p.files {
		run, err := p.readFile(path, std)
		if err != nil {
			return nil, err
		}
		all = append(all, run)
	}
	return all, nil
}

func (p plotting) readFile(path string, std streams) (runs.Run, error) {
	name, input, source := p.name(path), std.in, "file "+shown(path)
	if path == "-" {
		source = "standard input"
	} else {
		const accepted = "accepted: a readable file"
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			return runs.Run{}, fmt.Errorf("%s: is a folder; %s", source, accepted)
		}
		file, err := os.Open(path)
		if err != nil {
			return runs.Run{}, fmt.Errorf("%s: cannot be opened (%w); %s", source, cause(err), accepted)
		}
		defer file.Close()
		input = file
	}
	run, notes, err := runs.Read(name, input)
	if err != nil {
		return run, fmt.Errorf("%s: %w", source, err)
	}
	for _, note := range notes {
		fmt.Fprintf(std.err, "target-server: warning: %s: %s\n", source, note)
	}
	return run, nil
}

// name is what a run is called: its file's name, with the folder if another file has the same.
func (p plotting) name(path string) string {
	if path == "-" {
		return "standard input"
	}
	name := filepath.Base(path)
	for _, other := range p.files {
		if other != path && filepath.Base(other) == name {
			return path
		}
	}
	return name
}

// write writes the picture whole, or not at all.
func (p plotting) write(picture plot.Picture) error {
	data := &bytes.Buffer{}
	if strings.EqualFold(filepath.Ext(p.out), ".svg") {
		data.Write(picture.SVG())
	} else if err := raster.PNG(data, picture, p.theme, pngScale); err != nil {
		return err
	}
	path := p.out
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // a link stays one
	}
	return replace(path, data.Bytes())
}

// pngScale is the number of pixels of a PNG for one of the picture: legible on displays of high resolution.
const pngScale = 2

// replace puts a file under a name, in place of what is there.
func replace(path string, data []byte) error {
	file, err := besides(path)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
