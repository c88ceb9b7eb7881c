package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/target-server/target-server/internal/machine"
	"github.com/target-server/target-server/lab/article"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/servers"
)

// playArticle plays the article's experiments one after the other, at the article's vintage by default.
// If all were played it writes docs/article.md; otherwise it only prints the results.
func (o options) playArticle(ctx context.Context, r *runner.Runner, stdout io.Writer) (int, error) {
	vintage := o.vintage
	if vintage == "" {
		vintage = servers.Vintage202303
	}
	var all []article.Experiment
	for _, e := range article.All() {
		if o.chosen(e.Name) && (o.stack == "" || o.stack == e.Server.Name()) {
			all = append(all, e)
		}
	}
	var rows []article.Row
	for i, e := range all {
		began := time.Now()
		row := article.Run(ctx, r, e, vintage)
		if ctx.Err() != nil {
			return exitFailed, ctx.Err()
		}
		word := map[bool]string{true: "same", false: "DIFFERS"}[row.Same()]
		fmt.Fprintf(stdout, "[%2d/%d] %-8s %-26s %s\n", i+1, len(all), word, e.Name, time.Since(began).Round(100*time.Millisecond))
		rows = append(rows, row)
	}
	page := article.Page(rows, vintage, time.Now().Format(time.DateOnly), machine.Here().String())
	if len(rows) < len(article.All()) || vintage != servers.Vintage202303 {
		fmt.Fprint(stdout, "\n", page)
		return exitGood, nil
	}
	path := filepath.Join(o.docs, "article.md")
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		return exitFailed, fmt.Errorf("the article's page: %w", err)
	}
	fmt.Fprintf(stdout, "wrote %s from %d experiments\n", path, len(rows))
	return exitGood, nil
}
